/** Keeps what is being read for all who ask for it. One failure is not everybody's: the next reader asks again. */
export function share<Key, Value>(
  shared: Map<Key, Promise<Value>>,
  key: Key,
  value: Promise<Value>,
): Promise<Value> {
  shared.set(key, value);
  value.catch(() => shared.get(key) === value && shared.delete(key));
  return value;
}
