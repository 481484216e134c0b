// Asks the service for JSON. Everything that can go wrong becomes one `Failure`.

export class Failure extends Error {
  /** `status` is 0 when there was no answer at all. */
  constructor(
    readonly status: number,
    detail: string,
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
  const response = await answer(url, language, signal);
  if (!response.ok) throw new Failure(response.status, await detailOf(response));
  return (await response.json()) as T;
}

async function answer(url: string, language: string, signal?: AbortSignal): Promise<Response> {
  try {
    return await fetch(url, { headers: { 'Accept-Language': language }, ...(signal ? { signal } : {}) });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new Failure(0, '');
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
