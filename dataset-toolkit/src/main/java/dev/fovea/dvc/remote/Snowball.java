package dev.fovea.dvc.remote;

import dev.fovea.dvc.remote.Remote.Upload;
import io.minio.MinioClient;
import io.minio.RemoveObjectArgs;
import io.minio.SnowballObject;
import io.minio.StatObjectArgs;
import io.minio.UploadSnowballObjectsArgs;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Many small objects in one archive, which MinIO unpacks; another store keeps it as it is. The
 * first archive shows which it is: until then there is no second, and it has an object that nobody
 * else can have sent.
 */
final class Snowball {
  private static final int TOGETHER = 1000;

  /** Whether the store unpacks; not known before the first. */
  private enum Unpacks {
    UNKNOWN,
    YES,
    NO
  }

  private final MinioClient client;
  private final Persistence persistence;
  private final String bucket;
  private final UnaryOperator<String> keys;
  private final ReentrantLock first = new ReentrantLock();
  private final AtomicReference<Unpacks> unpacks = new AtomicReference<>(Unpacks.UNKNOWN);

  /**
   * @param keys of what lies below the remote's own prefix
   */
  Snowball(MinioClient client, Persistence persistence, String bucket, UnaryOperator<String> keys) {
    this.client = client;
    this.persistence = persistence;
    this.bucket = bucket;
    this.keys = keys;
  }

  /** How many may be sent at once. */
  int together() {
    return unpacks.get() == Unpacks.NO ? 1 : TOGETHER;
  }

  /**
   * Sends all of them, where the store unpacks.
   *
   * @param key of each object
   * @return whether they are there
   */
  boolean send(Collection<Upload> objects, Function<Upload, String> key) throws IOException {
    if (unpacks.get() == Unpacks.UNKNOWN) {
      first.lock();
      try {
        if (unpacks.get() == Unpacks.UNKNOWN) {
          var probe = keys.apply(Layout.PROBES + UUID.randomUUID());
          var archive = archive(objects, key, Optional.of(probe));
          boolean unpacked = isThere(probe);
          unpacks.set(unpacked ? Unpacks.YES : Unpacks.NO);
          remove(unpacked ? probe : archive);
          return unpacked;
        }
      } finally {
        first.unlock();
      }
    }
    if (unpacks.get() == Unpacks.NO) {
      return false;
    }
    archive(objects, key, Optional.empty());
    return true;
  }

  /** Answers the archive's own key, which only a store has that does not unpack. */
  private String archive(
      Collection<Upload> objects, Function<Upload, String> key, Optional<String> probe)
      throws IOException {
    return persistence.asking(() -> {
      // Made anew for each try, since a try reads its streams to their ends.
      var parts = new ArrayList<SnowballObject>();
      for (var object : objects) {
        parts.add(part(key.apply(object), object.read()));
      }
      probe.ifPresent(its -> parts.add(part(its, new byte[] {1})));
      var archive = UploadSnowballObjectsArgs.builder().bucket(bucket).objects(parts).build();
      return client.uploadSnowballObjects(archive).object();
    });
  }

  private static SnowballObject part(String key, byte[] bytes) {
    return new SnowballObject(key, new ByteArrayInputStream(bytes), bytes.length, null);
  }

  private boolean isThere(String key) throws IOException {
    var stat = StatObjectArgs.builder().bucket(bucket).object(key).build();
    return persistence.present(() -> client.statObject(stat)).isPresent();
  }

  private void remove(String key) throws IOException {
    persistence.asking(() -> {
      client.removeObject(RemoveObjectArgs.builder().bucket(bucket).object(key).build());
      return true;
    });
  }
}
