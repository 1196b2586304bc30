package dev.fovea.datasets.quality;

import dev.fovea.kernel.Digest;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Verdicts on images, kept by digest. */
@Repository
public class ImageChecks {
  private static final int CHUNK = 5_000;
  private static final int MAX_THREADS = 4;
  private static final int MAX_IMAGE_BYTES = 32 << 20;

  private final JdbcClient db;
  private final JdbcTemplate batches;
  private final ObjectStore objects;
  private final ImageInspector inspector = new ImageInspector();

  ImageChecks(JdbcClient db, JdbcTemplate batches, ObjectStore objects) {
    this.db = db;
    this.batches = batches;
    this.objects = objects;
  }

  /** What decoding told about each; only those never seen before are decoded now. */
  public Map<Digest, ImageVerdict> verdicts(Collection<Digest> images) {
    var distinct = List.copyOf(new HashSet<>(images));
    var verdicts = new HashMap<Digest, ImageVerdict>();
    for (int from = 0; from < distinct.size(); from += CHUNK) {
      var chunk = distinct.subList(from, Math.min(from + CHUNK, distinct.size()));
      var known = known(chunk);
      var fresh = new HashSet<>(chunk);
      fresh.removeAll(known.keySet());
      verdicts.putAll(known);
      verdicts.putAll(inspect(fresh));
    }
    return verdicts;
  }

  private Map<Digest, ImageVerdict> known(List<Digest> images) {
    var known = new HashMap<Digest, ImageVerdict>();
    db.sql(
            "select digest, fault, width, height, dhash from datasets.image_check where digest ="
                + " any(:digests)")
        .param("digests", images.stream().map(Digest::toString).toArray(String[]::new))
        .query((row, _) ->
            Map.entry(
                Digest.parse(row.getString("digest")),
                new ImageVerdict(
                    row.getString("fault"),
                    row.getInt("width"),
                    row.getInt("height"),
                    row.getLong("dhash"))))
        .list()
        .forEach(entry -> known.put(entry.getKey(), entry.getValue()));
    return known;
  }

  private Map<Digest, ImageVerdict> inspect(Set<Digest> images) {
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
    keep(verdicts);
    return verdicts;
  }

  private ImageVerdict inspect(Digest image) throws IOException {
    long size = objects.size(image);
    return size > MAX_IMAGE_BYTES
        ? ImageVerdict.faulty(
            "has %d bytes (expected: at most %d)".formatted(size, MAX_IMAGE_BYTES))
        : inspector.inspect(objects.bytes(image, MAX_IMAGE_BYTES));
  }

  private void keep(Map<Digest, ImageVerdict> verdicts) {
    var rows = new ArrayList<Object[]>();
    verdicts.forEach((image, it) ->
        rows.add(new Object[] {image.toString(), it.fault(), it.width(), it.height(), it.dhash()}));
    batches.batchUpdate(
        """
        insert into datasets.image_check (digest, fault, width, height, dhash)
        values (?, ?, ?, ?, ?) on conflict do nothing
        """,
        rows);
  }
}
