package dev.fovea.metrics;

import dev.fovea.kernel.Digest;
import dev.fovea.store.NoSuchObject;
import dev.fovea.store.ObjectStore;
import dev.fovea.store.Transfers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/** An object store that counts what goes in and out, and what fails. */
final class MeteredObjectStore implements ObjectStore {
  private final ObjectStore store;
  private final Counter written;
  private final Counter read;
  private final Counter failed;

  MeteredObjectStore(ObjectStore store, MeterRegistry registry) {
    this.store = store;
    this.written =
        Counter.builder("fovea.objects.written")
            .description("Bytes that were handed to the object store and kept.")
            .baseUnit("bytes")
            .register(registry);
    this.read =
        Counter.builder("fovea.objects.read")
            .description("Bytes that the object store gave.")
            .baseUnit("bytes")
            .register(registry);
    this.failed =
        Counter.builder("fovea.objects.failures")
            .description("Calls of the object store that failed; a missing object is no failure.")
            .register(registry);
  }

  @Override
  public Digest put(InputStream bytes) throws IOException {
    var counted = new Counted(bytes);
    var digest = counting(() -> store.put(counted));
    written.increment(counted.count);
    return digest;
  }

  @Override
  public InputStream open(Digest digest) throws IOException {
    var in = counting(() -> store.open(digest));
    return new Counted(in) {
      @Override
      public void close() throws IOException {
        read.increment(count);
        count = 0;
        super.close();
      }
    };
  }

  @Override
  public LocalObject local(Digest digest) throws IOException {
    var local = counting(() -> store.local(digest));
    read.increment(java.nio.file.Files.size(local.path()));
    return local;
  }

  @Override
  public boolean exists(Digest digest) throws IOException {
    return counting(() -> store.exists(digest));
  }

  @Override
  public long size(Digest digest) throws IOException {
    return counting(() -> store.size(digest));
  }

  /** Parts are counted as what is made of them. */
  @Override
  public Transfers transfers() {
    return store.transfers();
  }

  private interface Call<T> {
    T make() throws IOException;
  }

  private <T> T counting(Call<T> call) throws IOException {
    try {
      return call.make();
    } catch (NoSuchObject e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      failed.increment();
      throw e;
    }
  }

  /** Counts what passes. */
  private static class Counted extends FilterInputStream {
    long count;

    Counted(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      if (one >= 0) {
        count++;
      }
      return one;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int n = super.read(buffer, offset, length);
      if (n > 0) {
        count += n;
      }
      return n;
    }
  }
}
