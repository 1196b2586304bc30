package dev.fovea.dvc.remote;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;

/** What every remote does, before anything goes wrong. */
class FlakyS3Test extends RemoteContract {
  private final FlakyS3 store = start();

  private static FlakyS3 start() {
    try {
      return new FlakyS3();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @AfterEach
  void stop() {
    store.close();
  }

  @Override
  protected Remote remote() {
    return new S3Remote(store.address());
  }
}
