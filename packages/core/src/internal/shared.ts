/**
 * One value for the whole process, found by every installed copy of this package.
 *
 * @param make Called by the first copy that asks.
 * @param isOne Whether what is there is such a value; anything else is replaced.
 */
export function shared<Value>(name: string, make: () => Value, isOne: (value: unknown) => value is Value): Value {
  const key = Symbol.for(name);
  const found: unknown = Reflect.get(globalThis, key);
  if (isOne(found)) return found;
  const made = make();
  Reflect.set(globalThis, key, made);
  return made;
}
