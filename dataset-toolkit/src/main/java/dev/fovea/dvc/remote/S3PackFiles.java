package dev.fovea.dvc.remote;

import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.dvc.remote.S3Reader.Answer;
import dev.fovea.kernel.Digest;
import io.minio.Checksum;
import io.minio.GetObjectArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.UploadObjectArgs;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Optional;
import java.util.function.Consumer;

/** Packs in a bucket. A pack goes in one request, whose signature says its SHA-256. */
final class S3PackFiles implements PackFiles {
  private final S3Remote remote;
  private final String bucket;
  private final MinioClient client;
  private final S3Reader reader;
  private final Persistence persistence;

  S3PackFiles(
      S3Remote remote,
      String bucket,
      MinioClient client,
      S3Reader reader,
      Persistence persistence) {
    this.remote = remote;
    this.bucket = bucket;
    this.client = client;
    this.reader = reader;
    this.persistence = persistence;
  }

  @Override
  public void put(String name, byte[] bytes, int length, Digest sha256) throws IOException {
    var path = PackFiles.path(name);
    persistence.asking(() -> {
      if (!reader.put(path, bytes, length, sha256)) {
        // It is refused again, in words that the SDK reads.
        client.putObject(
            PutObjectArgs.builder()
                .bucket(bucket)
                .object(remote.key(path))
                .data(bytes, length)
                .checksum(Checksum.Algorithm.CRC32)
                .build());
      }
      return true;
    });
  }

  @Override
  public void put(String name, Path file) throws IOException {
    persistence.asking(() ->
        client.uploadObject(
            UploadObjectArgs.builder()
                .bucket(bucket)
                .object(remote.key(PackFiles.path(name)))
                .filename(file.toString())
                .checksum(Checksum.Algorithm.CRC32)
                .build()));
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    return remote.open(PackFiles.path(name), "the file " + PackFiles.path(name));
  }

  @Override
  public Optional<byte[]> read(String name, long offset, int length) throws IOException {
    var path = PackFiles.path(name);
    return persistence.asking(() ->
        switch (reader.part(path, offset, length)) {
          case Answer.Found(var part) -> Optional.of(part);
          case Answer.Absent<byte[]>() -> Optional.empty();
          case Answer.Other<byte[]>() -> part(remote.key(path), offset, length);
        });
  }

  private Optional<byte[]> part(String key, long offset, int length) throws Exception {
    var get =
        GetObjectArgs.builder()
            .bucket(bucket)
            .object(key)
            .offset(offset)
            .length((long) length)
            .build();
    try (var in = client.getObject(get)) {
      return Optional.of(in.readNBytes(length));
    }
  }

  @Override
  public Optional<PackFile> find(String name) throws IOException {
    return remote
        .describe(PackFiles.path(name))
        .map(found -> new PackFile(name, found.size(), found.modified()));
  }

  @Override
  public void list(Consumer<PackFile> each) throws IOException {
    remote.eachPath(
        FOLDER,
        (path, item) -> {
          var name = path.startsWith(FOLDER) ? path.substring(FOLDER.length()) : path;
          if (NAME.matcher(name).matches()) {
            each.accept(new PackFile(name, item.size(), item.modified()));
          }
        });
  }

  @Override
  public void remove(Collection<String> names) throws IOException {
    remote.removePaths(names.stream().map(PackFiles::path).toList());
  }
}
