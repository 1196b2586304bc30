package dev.fovea.dvc.remote;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.AfterEach;

/** What every remote does, in a bucket with a place for packs. */
class PackedObjectsInS3Test extends RemoteContract {
  private final FlakyS3 store = start();

  private static FlakyS3 start() {
    try {
      return new FlakyS3();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Override
  protected Remote remote() {
    return new PackedObjects(new S3Remote(store.address()));
  }
}
