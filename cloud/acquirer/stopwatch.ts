/** Each call says how many microseconds passed since the one before. */
export function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const start = last;
    last = performance.now();
    return (last - start) * 1000;
  };
}
