package dev.fovea.dvc.remote;

import org.junit.jupiter.api.AfterEach;

/** What every remote does, in a bucket with a place for packs. */
class PackedObjectsInS3Test extends RemoteContract {
  private final FlakyS3 store = FlakyS3.started();

  @AfterEach
  void stop() {
    store.close();
  }

  @Override
  protected Remote remote() {
    return new PackedObjects(new S3Remote(store.address()));
  }
}
