package dev.fovea.store.s3;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The contract on the fake, so that the fake's word counts in {@link S3FaultsTest}. */
class FakeS3Test extends S3Contract {
  private static FakeS3 fake;

  @BeforeAll
  static void start() throws Exception {
    fake = new FakeS3();
  }

  @AfterAll
  static void stop() {
    fake.close();
  }

  @Override
  protected Endpoint endpoint() {
    return new Endpoint(fake.uri(), "key-of-a-fake", "secret-of-a-fake");
  }
}
