package dev.fovea.store.memory;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.ObjectStoreContract;

class MemoryObjectStoreTest extends ObjectStoreContract {
  private final MemoryObjectStore store = new MemoryObjectStore();

  @Override
  protected ObjectStore store() {
    return store;
  }

  @Override
  protected void damage(Digest digest, byte[] bytes) {
    store.damage(digest, bytes);
  }

  @Override
  protected void lose(Digest digest) {
    store.lose(digest);
  }
}
