// Asks the service for JSON. Everything that can go wrong becomes one `Failure`.

/** Whoever has not answered by now will not. */
const PATIENCE_MS = 30_000;

export class Failure extends Error {
  /** `status` is 0 when there was no answer at all. */
  constructor(
    readonly status: number,
    detail: string,
    readonly timedOut = false,
  ) {
    super(detail);
  }
}

export type Parameters = Record<string, string | number | null | undefined>;

/** Path with query; parameters without a value are left out. */
export function address(path: string, parameters: Parameters = {}): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') query.set(name, String(value));
  }
  const text = query.toString();
  return text ? `${path}?${text}` : path;
}

export async function askJson<T>(url: string, language: string, signal?: AbortSignal): Promise<T> {
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), PATIENCE_MS);
  const signals = signal ? [signal, late.signal] : [late.signal];
  try {
    const response = await fetch(url, { headers: { 'Accept-Language': language }, signal: AbortSignal.any(signals) });
    if (!response.ok) throw new Failure(response.status, await detailOf(response));
    return (await response.json()) as T;
  } catch (error) {
    if (error instanceof Failure || signal?.aborted) throw error;
    throw new Failure(0, '', late.signal.aborted);
  } finally {
    clearTimeout(timer);
  }
}

/** The sentence that problem details carry for people, in their language. */
async function detailOf(response: Response): Promise<string> {
  try {
    const details = (await response.json()) as { detail?: string; title?: string };
    return details.detail ?? details.title ?? '';
  } catch {
    return '';
  }
}
