/** How many moments of each kind were tried and passed, and how long they took: a suite that tried nothing must not look green. */
export function tally(title: string): { add(kind: string, begun: number): void; print(): void } {
  const started = Date.now();
  const kinds = new Map<string, { count: number; seconds: number }>();
  return {
    add(kind, begun) {
      const { count, seconds } = kinds.get(kind) ?? { count: 0, seconds: 0 };
      kinds.set(kind, { count: count + 1, seconds: seconds + (Date.now() - begun) / 1000 });
    },
    print() {
      const rows = [...kinds].map(([kind, { count, seconds }]) => `  ${String(count).padStart(4)}  ${kind} (${(seconds / count).toFixed(1)} s each)`);
      const all = [...kinds.values()].reduce((sum, { count }) => sum + count, 0);
      process.stdout.write(`${title}: ${all} points in ${Math.round((Date.now() - started) / 1000)} s\n${rows.join('\n')}\n`);
    },
  };
}
