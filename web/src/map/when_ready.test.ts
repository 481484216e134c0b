import { expect, test } from 'vitest';
import { WhenReady } from './when_ready';

test('what is asked for too early is done later, the last of each name, in order', () => {
  const [styled, done] = [new WhenReady(), [] as string[]];
  const ask = (name: string, what: string) => styled.run(name, () => done.push(what));
  ask('style', 'light');
  ask('ring', 'here');
  ask('style', 'dark');
  expect(done).toEqual([]);
  styled.begin();
  expect(done).toEqual(['here', 'dark']);
  ask('style', 'light');
  expect(done).toEqual(['here', 'dark', 'light']);
});

test('what was done is not done again, and what goes away is waited for again', () => {
  const [styled, done] = [new WhenReady(), [] as string[]];
  styled.begin();
  styled.run('style', () => done.push('once'));
  styled.end();
  expect(styled.now).toBe(false);
  styled.run('style', () => done.push('twice'));
  expect(done).toEqual(['once']);
  styled.begin();
  styled.begin();
  expect(done).toEqual(['once', 'twice']);
});
