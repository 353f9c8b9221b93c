/** Shares one read among all that ask for it. A failure is not kept: the next reader asks again. */
export function share<Key, Value>(
  shared: Map<Key, Promise<Value>>,
  key: Key,
  value: Promise<Value>,
): Promise<Value> {
  shared.set(key, value);
  value.catch(() => shared.get(key) === value && shared.delete(key));
  return value;
}
