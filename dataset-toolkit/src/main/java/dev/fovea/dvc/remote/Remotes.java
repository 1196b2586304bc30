package dev.fovea.dvc.remote;

import dev.fovea.dvc.DvcConfig;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Opens what DVC's settings call a remote (dvc 3.67, {@code config_schema.py}). */
public final class Remotes {
  private static final String AWS = "https://s3.amazonaws.com";
  private static final String AWS_REGION = "https://s3.%s.amazonaws.com";

  /**
   * What says how one asks, how objects are encrypted or who may read them, and is not done here.
   */
  private static final Pattern UNKEPT =
      Pattern.compile("use_ssl|ssl_verify|allow_anonymous_login|sse|sse_.*|acl|grant_.*");

  private final DvcConfig config;
  private final Path settings;
  private final Map<String, String> environment;

  /**
   * @param settings the folder of {@code .dvc/config}: where relative paths begin
   */
  public Remotes(DvcConfig config, Path settings, Map<String, String> environment) {
    this.config = config;
    this.settings = settings;
    this.environment = Map.copyOf(environment);
  }

  /**
   * Opens one.
   *
   * @param wanted the default one where empty
   * @throws InvalidRequest when there is none, or Fovea does not speak to such ones
   */
  public Remote open(Optional<String> wanted) {
    var name =
        wanted
            .or(config::defaultRemote)
            .orElseThrow(() ->
                new InvalidRequest(
                    "no remote was named, and none is the default",
                    "run: dvc remote add --default origin s3://bucket/path, or give --remote"));
    var remote = config.remote(name);
    var url = remote.get("url");
    if (url == null) {
      throw new InvalidRequest(
          "there is no remote '%s'".formatted(Text.excerpt(name)),
          "add it: dvc remote add %s URL".formatted(name));
    }
    return switch (scheme(url)) {
      case "s3" -> new PackedObjects(new S3Remote(s3(URI.create(url), remote)));
      case "http", "https" -> http(URI.create(url), remote);
      case "", "file" -> new PackedObjects(new FolderRemote(folder(url)));
      default ->
          throw new InvalidRequest(
              "the remote '%s' is %s".formatted(name, Text.excerpt(url)),
              "use s3://, http://, https:// or a folder");
    };
  }

  private static String scheme(String url) {
    int end = url.indexOf("://");
    return end < 0 ? "" : url.substring(0, end).toLowerCase(Locale.ROOT);
  }

  private Path folder(String url) {
    return settings.resolve(url.startsWith("file://") ? url.substring(7) : url).normalize();
  }

  /** TLS, and certificates that are checked, are what one gets anyway. */
  private static boolean isKept(Map.Entry<String, String> setting) {
    return setting.getKey().matches("use_ssl|ssl_verify")
        && setting.getValue().equalsIgnoreCase("true");
  }

  private S3Address s3(URI url, Map<String, String> remote) {
    remote.entrySet().stream()
        .filter(setting -> UNKEPT.matcher(setting.getKey()).matches() && !isKept(setting))
        .map(Map.Entry::getKey)
        .sorted()
        .findFirst()
        .ifPresent(key -> {
          throw new InvalidRequest(
              "the remote %s has the setting %s, which Fovea does not keep yet"
                  .formatted(Text.excerpt(url.toString()), key),
              "push and pull with dvc, or remove it: dvc remote modify --unset NAME " + key);
        });
    var account = new AwsAccount(remote, environment);
    var region = account.region();
    var endpoint =
        account.endpoint().orElseGet(() -> region.map(AWS_REGION::formatted).orElse(AWS));
    var keys = account.keys();
    return new S3Address(
        URI.create(endpoint),
        region.orElse("us-east-1"),
        url.getAuthority(),
        url.getPath().replaceAll("^/+|/+$", ""),
        keys.accessKey(),
        keys.secretKey(),
        keys.session());
  }

  private static Remote http(URI url, Map<String, String> remote) {
    var headers = new HashMap<String, String>();
    var password = remote.getOrDefault("password", "");
    switch (remote.getOrDefault("auth", "")) {
      case "" -> {}
      case "basic" -> {
        var pair = remote.getOrDefault("user", "") + ":" + password;
        headers.put(
            "Authorization",
            "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
      }
      case "custom" -> headers.put(remote.getOrDefault("custom_auth_header", ""), password);
      default ->
          throw new InvalidRequest(
              "the remote's auth is '%s'".formatted(remote.get("auth")),
              "use basic or custom: dvc remote modify NAME auth basic");
    }
    return new HttpRemote(
        url, headers, remote.getOrDefault("method", "POST").toUpperCase(Locale.ROOT));
  }
}
