package dev.fovea.datasets.quality.images;

import dev.fovea.datasets.LocalFolder.Reading;
import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Decodes images of a store, several at a time. */
public final class Inspections {
  private static final int MAX_THREADS = 4;
  private static final int MAX_IMAGE_BYTES = 32 << 20;

  private final ObjectStore objects;
  private final Reading reading;
  private final ImageInspector inspector = new ImageInspector();

  public Inspections(ObjectStore objects) {
    this(objects, (_, _) -> {});
  }

  /**
   * @param reading is told, by the thread that asks
   */
  public Inspections(ObjectStore objects, Reading reading) {
    this.objects = objects;
    this.reading = reading;
  }

  /** What decoding tells about each, every time anew. */
  public Map<Digest, ImageVerdict> of(Collection<Digest> images) {
    var verdicts = new HashMap<Digest, ImageVerdict>();
    if (images.isEmpty()) {
      return verdicts;
    }
    int threads = Math.min(MAX_THREADS, Runtime.getRuntime().availableProcessors());
    var running = new HashMap<Digest, Future<ImageVerdict>>();
    try (var workers = Executors.newFixedThreadPool(threads)) {
      images.forEach(image -> running.put(image, workers.submit(() -> inspect(image))));
      for (var entry : running.entrySet()) {
        verdicts.put(entry.getKey(), entry.getValue().get());
        reading.at(verdicts.size(), images.size());
      }
    } catch (ExecutionException e) {
      running.values().forEach(each -> each.cancel(true));
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case IOException cause -> throw new UncheckedIOException(cause);
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "interrupted while %d images were decoded".formatted(images.size()), e);
    }
    return verdicts;
  }

  private ImageVerdict inspect(Digest image) throws IOException {
    long size = objects.size(image);
    return size > MAX_IMAGE_BYTES
        ? ImageVerdict.faulty(
            "has %d bytes (expected: at most %d)".formatted(size, MAX_IMAGE_BYTES),
            Optional.empty())
        : inspector.inspect(objects.bytes(image, MAX_IMAGE_BYTES));
  }
}
