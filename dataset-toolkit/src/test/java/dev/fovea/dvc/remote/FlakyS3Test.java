package dev.fovea.dvc.remote;

import org.junit.jupiter.api.AfterEach;

/** What every remote does, before anything goes wrong. */
class FlakyS3Test extends RemoteContract {
  private final FlakyS3 store = FlakyS3.started();

  @AfterEach
  void stop() {
    store.close();
  }

  @Override
  protected Remote remote() {
    return new S3Remote(store.address());
  }
}
