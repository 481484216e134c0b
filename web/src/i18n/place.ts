// Names of municipalities without the word for their kind, as maps print them where room is scarce.

const KINDS = [
  /^(?:муниципальный\s+)?(?:район|округ)\s+/iu,
  /\s+(?:(?:муниципальный|городской)\s+)?(?:район|округ)$/iu,
  /\s+(?:(?:Municipal|Urban)\s+)?(?:District|Okrug)$/u,
];

export function shortName(name: string): string {
  return KINDS.reduce((short, kind) => short.replace(kind, ''), name);
}
