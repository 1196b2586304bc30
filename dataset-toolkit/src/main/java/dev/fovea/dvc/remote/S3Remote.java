package dev.fovea.dvc.remote;

import dev.fovea.dvc.Naming;
import dev.fovea.dvc.pack.PackFiles;
import dev.fovea.dvc.remote.S3Reader.Answer;
import dev.fovea.dvc.remote.S3Reader.Described;
import dev.fovea.dvc.remote.S3Reader.Opened;
import dev.fovea.kernel.ResumedStream;
import io.minio.Checksum;
import io.minio.GetObjectArgs;
import io.minio.ListObjectsArgs;
import io.minio.MinioClient;
import io.minio.PutObjectArgs;
import io.minio.RemoveObjectArgs;
import io.minio.RemoveObjectsArgs;
import io.minio.StatObjectArgs;
import io.minio.UploadObjectArgs;
import io.minio.credentials.StaticProvider;
import io.minio.messages.DeleteRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import okhttp3.ConnectionPool;
import okhttp3.ConnectionSpec;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/** A bucket of any S3. */
public final class S3Remote implements Remote {
  private static final int CONNECTIONS = 64;
  private static final int SMALL = 5 << 20;
  private static final int PAGE = 1000;

  /** S3 may answer pages without keys, such as of those that were removed; but not for ever. */
  private static final int MOST_EMPTY_PAGES = 100;

  private static final int MARKER = 100;

  /** How long the store may be silent. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final S3Address address;
  private final Persistence persistence;
  private final OkHttpClient http;
  private final MinioClient client;
  private final S3Reader reader;
  private final Layout layout;
  private final Snowball snowball;

  public S3Remote(S3Address address) {
    this(address, PATIENCE, Persistence.FIRST_PAUSE);
  }

  S3Remote(S3Address address, Duration patience, Duration firstPause) {
    this.address = address;
    this.layout = Layout.USUAL;
    this.persistence = new Persistence(address.toString(), firstPause);
    var dispatcher = new Dispatcher();
    // OkHttp's own limit is 5 requests a host.
    dispatcher.setMaxRequestsPerHost(CONNECTIONS);
    dispatcher.setMaxRequests(CONNECTIONS);
    http =
        new OkHttpClient.Builder()
            .dispatcher(dispatcher)
            .addInterceptor(persistence.listening())
            .connectionPool(new ConnectionPool(CONNECTIONS, 1, TimeUnit.MINUTES))
            .connectTimeout(Duration.ofSeconds(5))
            .readTimeout(patience)
            .writeTimeout(patience)
            .followRedirects(false)
            .connectionSpecs(specs(address.endpoint()))
            .build();
    client =
        MinioClient.builder()
            .endpoint(address.endpoint().toString())
            .region(address.region())
            .credentialsProvider(
                new StaticProvider(
                    address.accessKey(), address.secretKey(), address.session().orElse(null)))
            .httpClient(http)
            .build();
    reader =
        new S3Reader(
            new SignedRequests(address, client, Clock.systemUTC()), patience, persistence::heard);
    snowball = new Snowball(client, persistence, address.bucket(), this::key);
  }

  private S3Remote(S3Remote same, Layout layout) {
    this.layout = layout;
    address = same.address;
    persistence = same.persistence;
    http = same.http;
    client = same.client;
    reader = same.reader;
    snowball = same.snowball;
  }

  @Override
  public Remote named(Naming naming) {
    return new S3Remote(this, Layout.of(naming));
  }

  /** Where there is no TLS, no certificates are read: that takes as long as a small push. */
  private static List<ConnectionSpec> specs(URI endpoint) {
    return "http".equals(endpoint.getScheme())
        ? List.of(ConnectionSpec.CLEARTEXT)
        : List.of(ConnectionSpec.MODERN_TLS);
  }

  @Override
  public String address() {
    return address.toString();
  }

  /** The whole key of what lies below the remote's own prefix. */
  String key(String path) {
    return address.prefix().isEmpty() ? path : address.prefix() + "/" + path;
  }

  @Override
  public Optional<PackFiles> packFiles() {
    return Optional.of(new S3PackFiles(this, address.bucket(), client, reader, persistence));
  }

  @Override
  public Optional<Listed> find(String name) throws IOException {
    return describe(layout.path(name))
        .map(found -> new Listed(name, found.size(), found.modified()));
  }

  /** What lies at a path below the remote's own prefix. */
  Optional<Described> describe(String path) throws IOException {
    return asking(() ->
        switch (reader.describe(path)) {
          case Answer.Found(var found) -> Optional.of(found);
          case Answer.Absent<Described>() -> Optional.empty();
          case Answer.Other<Described>() -> stat(key(path));
        });
  }

  private Optional<Described> stat(String key) throws IOException {
    var stat = StatObjectArgs.builder().bucket(address.bucket()).object(key).build();
    return persistence
        .present(() -> client.statObject(stat))
        .map(found -> new Described(found.size(), found.lastModified().toInstant()));
  }

  @Override
  public void list(String prefix, Consumer<Listed> each) throws IOException {
    eachPath(
        layout.prefix(prefix),
        (path, item) ->
            layout
                .name(path)
                .ifPresent(name -> each.accept(new Listed(name, item.size(), item.modified()))));
  }

  /** Tells of all paths below the remote's own prefix that begin so. */
  void eachPath(String beginning, BiConsumer<String, S3Listing.Item> each) throws IOException {
    var start = address.prefix().isEmpty() ? 0 : address.prefix().length() + 1;
    var keys = key(beginning);
    var after = Optional.<String>empty();
    int empty = 0;
    do {
      var from = after;
      // Told of when a page has come: one that is asked for again would be told of twice.
      var page = asking(() -> page(keys, from));
      for (var item : page.items()) {
        each.accept(item.key().substring(start), item);
      }
      empty = page.items().isEmpty() || page.next().equals(from) ? empty + 1 : 0;
      if (empty > MOST_EMPTY_PAGES) {
        throw RemoteUnavailable.endless(address.toString(), keys, empty);
      }
      after = page.next();
    } while (after.isPresent());
  }

  private S3Listing page(String keys, Optional<String> after) throws Exception {
    if (reader.list(keys, after) instanceof Answer.Found(var page)) {
      return page;
    }
    // It is refused again, in words that the SDK reads.
    var list = ListObjectsArgs.builder().bucket(address.bucket()).prefix(keys).build();
    for (var result : client.listObjects(list)) {
      result.get();
      break;
    }
    throw new IOException("a page of keys was refused, and then was not");
  }

  @Override
  public Optional<InputStream> open(String name) throws IOException {
    return open(layout.path(name), "the object " + name);
  }

  /**
   * Opens what lies at a path below the remote's own prefix.
   *
   * @param what for people
   */
  Optional<InputStream> open(String path, String what) throws IOException {
    return asking(() -> opened(path))
        .map(first ->
            new ResumedStream(
                what + " at " + address,
                first.bytes(),
                first.size(),
                offset -> from(key(path), offset)));
  }

  private Optional<Opened> opened(String path) throws Exception {
    return switch (reader.open(path)) {
      case Answer.Found(var opened) -> Optional.of(opened);
      case Answer.Absent<Opened>() -> Optional.empty();
      case Answer.Other<Opened>() -> {
        var get = GetObjectArgs.builder().bucket(address.bucket()).object(key(path)).build();
        yield Optional.of(new Opened(client.getObject(get), Long.MAX_VALUE));
      }
    };
  }

  private InputStream from(String key, long offset) throws IOException {
    var get = GetObjectArgs.builder().bucket(address.bucket()).object(key).offset(offset).build();
    return asking(() -> client.getObject(get));
  }

  @Override
  public void put(Upload object) throws IOException {
    var key = key(layout.path(object.name()));
    if (object.bytes() > SMALL && object.offset() == 0) {
      asking(() ->
          client.uploadObject(
              UploadObjectArgs.builder()
                  .bucket(address.bucket())
                  .object(key)
                  .filename(object.file().toString())
                  .checksum(Checksum.Algorithm.CRC32)
                  .build()));
      return;
    }
    var bytes = object.read();
    asking(() ->
        client.putObject(
            PutObjectArgs.builder()
                .bucket(address.bucket())
                .object(key)
                .data(bytes, bytes.length)
                // The SDK's own choice is a CRC-32C that Java computes 100 times slower.
                .checksum(Checksum.Algorithm.CRC32)
                .build()));
  }

  @Override
  public int together() {
    return snowball.together();
  }

  @Override
  public void putAll(Collection<Upload> objects, Consumer<Upload> sent) throws IOException {
    if (objects.size() > 1 && snowball.send(objects, object -> key(layout.path(object.name())))) {
      objects.forEach(sent);
    } else {
      Remote.super.putAll(objects, sent);
    }
  }

  @Override
  public void mark(String name, String text) throws IOException {
    var bytes = text.getBytes(StandardCharsets.UTF_8);
    asking(() ->
        client.putObject(
            PutObjectArgs.builder()
                .bucket(address.bucket())
                .object(key(Layout.LEASES + name))
                .data(bytes, bytes.length)
                .checksum(Checksum.Algorithm.CRC32)
                .build()));
  }

  @Override
  public void unmark(String name) throws IOException {
    removeKey(key(Layout.LEASES + name));
  }

  private void removeKey(String key) throws IOException {
    asking(() -> {
      client.removeObject(RemoveObjectArgs.builder().bucket(address.bucket()).object(key).build());
      return true;
    });
  }

  @Override
  public List<Marker> markers() throws IOException {
    var list =
        ListObjectsArgs.builder()
            .bucket(address.bucket())
            .prefix(key(Layout.LEASES))
            .recursive(true)
            .build();
    return asking(() -> {
      var markers = new ArrayList<Marker>();
      for (var result : client.listObjects(list)) {
        var key = result.get().objectName();
        var get = GetObjectArgs.builder().bucket(address.bucket()).object(key).build();
        var text = persistence.present(() -> client.getObject(get));
        if (text.isPresent()) {
          try (var in = text.get()) {
            var said = new String(in.readNBytes(MARKER), StandardCharsets.UTF_8);
            markers.add(new Marker(key.substring(key.lastIndexOf('/') + 1), said));
          }
        }
      }
      return markers;
    });
  }

  @Override
  public void remove(Collection<String> names) throws IOException {
    removePaths(names.stream().map(layout::path).toList());
  }

  /** Removes what lies at some paths below the remote's own prefix. */
  void removePaths(List<String> paths) throws IOException {
    for (int from = 0; from < paths.size(); from += PAGE) {
      var batch =
          paths.subList(from, Math.min(from + PAGE, paths.size())).stream()
              .map(path -> new DeleteRequest.Object(key(path)))
              .toList();
      asking(() -> {
        var remove = RemoveObjectsArgs.builder().bucket(address.bucket()).objects(batch).build();
        for (var failed : client.removeObjects(remove)) {
          throw new IOException("%s: %s".formatted(address, failed.get().message()));
        }
        return true;
      });
    }
  }

  private <T> T asking(Callable<T> call) throws IOException {
    return persistence.asking(call);
  }

  @Override
  public void close() throws IOException {
    try {
      client.close();
      http.dispatcher().executorService().shutdown();
      http.connectionPool().evictAll();
    } catch (Exception e) {
      throw new IOException("the client of " + address, e);
    }
  }
}
