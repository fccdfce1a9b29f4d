/** An object of any class, to be looked into; copies of a framework may differ in class, not in shape. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A method by its name, bound to its object; undefined where there is none. */
export function methodOf(value: unknown, name: string): ((...args: readonly unknown[]) => unknown) | undefined {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const method: unknown = Reflect.get(value, name);
  if (typeof method !== "function") return undefined;
  return (...args) => Reflect.apply(method, value, args);
}
