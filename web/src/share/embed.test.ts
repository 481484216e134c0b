import { expect, test } from 'vitest';
import { embedCode } from './embed';

test('an embed holds the view, a title and a link for where there are no frames', () => {
  const code = embedCode({
    origin: 'https://atlas.example',
    key: 'K7Q2',
    view: '?mun=lazo&status=overdue#map=7/47.9/134.9',
    title: 'Атлас проблем · район имени Лазо',
  });
  expect(code).toContain('<iframe src="https://atlas.example/e/K7Q2?mun=lazo&amp;status=overdue#map=7/47.9/134.9"');
  expect(code).toContain('<a href="https://atlas.example/?mun=lazo&amp;status=overdue#map=7/47.9/134.9">');
  expect(code).toContain('sandbox="');
});

test('what people wrote cannot break out of it', () => {
  const code = embedCode({ origin: 'https://a', key: '"><script>', view: '?q=%22', title: '"><img src=x>' });
  expect(code).not.toMatch(/<script|<img/);
  expect(code.match(/"/g)?.length).toBe(
    embedCode({ origin: 'https://a', key: 'k', view: '', title: 't' }).match(/"/g)?.length,
  );
});
