package dev.fovea.dvc.remote;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Who asks an S3, and where: found in the order in which dvc-s3 3.3 and botocore 1.43 ({@code
 * credentials.py}) look for it. The remote's own keys; the variables {@code AWS_ACCESS_KEY_ID} …,
 * unless the remote has a profile; the profile in {@code ~/.aws/credentials}, then in {@code
 * ~/.aws/config}. Where botocore would ask a server or run a command instead, this is refused: no
 * command is run, and keys that come later in the order are not taken in its stead.
 */
final class AwsAccount {
  private static final String ACCESS = "aws_access_key_id";
  private static final String SECRET = "aws_secret_access_key";

  private final Map<String, String> remote;
  private final Map<String, String> environment;
  private final AwsFile credentials;
  private final AwsFile config;
  private final String name;

  /** All that either file says of the profile; {@code credentials} first. */
  private final Map<String, String> profile = new HashMap<>();

  /**
   * @param remote the settings of DVC's remote
   * @throws InvalidRequest when a profile is named that is in no file
   */
  AwsAccount(Map<String, String> remote, Map<String, String> environment) {
    this.remote = remote;
    this.environment = environment;
    credentials =
        AwsFile.read(file("AWS_SHARED_CREDENTIALS_FILE", "credentialpath", "credentials"));
    config = AwsFile.read(file("AWS_CONFIG_FILE", "configpath", "config"));
    var named =
        setting("profile")
            .or(() -> variable("AWS_DEFAULT_PROFILE"))
            .or(() -> variable("AWS_PROFILE"));
    name = named.orElse("default");
    var inConfig = Optional.ofNullable(config.profiles().get(name));
    var inCredentials = Optional.ofNullable(credentials.sections().get(name));
    inConfig.ifPresent(profile::putAll);
    inCredentials.ifPresent(profile::putAll);
    if (named.isPresent() && inConfig.isEmpty() && inCredentials.isEmpty()) {
      throw new InvalidRequest(
          "there is no profile '%s' in %s or %s"
              .formatted(Text.excerpt(name), credentials.path(), config.path()),
          "add it: aws configure --profile NAME; or name another: dvc remote modify NAME profile …");
    }
  }

  /** The variable wins, as dvc-s3 only sets it where it is not set. */
  private Path file(String variable, String setting, String usual) {
    var home = Path.of(variable("HOME").orElseGet(() -> System.getProperty("user.home", "")));
    return variable(variable)
        .or(() -> setting(setting))
        .map(path -> path.startsWith("~/") ? home.resolve(path.substring(2)) : Path.of(path))
        .orElseGet(() -> home.resolve(".aws").resolve(usual))
        .toAbsolutePath();
  }

  private Optional<String> setting(String key) {
    return Optional.ofNullable(remote.get(key)).filter(value -> !value.isEmpty());
  }

  private Optional<String> variable(String key) {
    return Optional.ofNullable(environment.get(key)).filter(value -> !value.isEmpty());
  }

  private Optional<String> said(String key) {
    return Optional.ofNullable(profile.get(key)).filter(value -> !value.isEmpty());
  }

  Optional<String> region() {
    return setting("region").or(() -> variable("AWS_DEFAULT_REGION")).or(() -> said("region"));
  }

  /** Where the S3 is; absent for Amazon's own. */
  Optional<String> endpoint() {
    var given = setting("endpointurl");
    boolean ignored =
        variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
            .or(() -> said("ignore_configured_endpoint_urls"))
            .filter("true"::equalsIgnoreCase)
            .isPresent();
    if (given.isPresent() || ignored) {
      return given;
    }
    var variable = variable("AWS_ENDPOINT_URL_S3").or(() -> variable("AWS_ENDPOINT_URL"));
    if (variable.isEmpty() && said("services").isPresent()) {
      throw refused("services", "say it: dvc remote modify NAME endpointurl …");
    }
    return variable.or(() -> said("endpoint_url"));
  }

  /**
   * The keys.
   *
   * @throws InvalidRequest when there are none, or only half of them, or they would have to be
   *     asked for
   */
  S3Keys keys() {
    if (Stream.of("access_key_id", "secret_access_key", "session_token")
        .anyMatch(key -> setting(key).isPresent())) {
      return keys("the remote", remote, "access_key_id", "secret_access_key", "session_token");
    }
    boolean chosen = setting("profile").isPresent();
    if (!chosen && variable("AWS_ACCESS_KEY_ID").isPresent()) {
      return keys(
          "the environment",
          environment,
          "AWS_ACCESS_KEY_ID",
          "AWS_SECRET_ACCESS_KEY",
          "AWS_SECURITY_TOKEN",
          "AWS_SESSION_TOKEN");
    }
    refuse("role_arn", "web_identity_token_file");
    if (!chosen) {
      refuseVariable("AWS_WEB_IDENTITY_TOKEN_FILE");
    }
    refuse("sso_account_id", "sso_role_name");
    var shared = credentials.sections().getOrDefault(name, Map.of());
    if (shared.containsKey(ACCESS)) {
      return keys(credentials, shared);
    }
    refuse("login_session", "credential_process");
    var settings = config.profiles().getOrDefault(name, Map.of());
    if (settings.containsKey(ACCESS)) {
      return keys(config, settings);
    }
    refuseVariable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
    refuseVariable("AWS_CONTAINER_CREDENTIALS_FULL_URI");
    throw new InvalidRequest(
        "there are no keys for the remote: not in its settings, not in AWS_ACCESS_KEY_ID, not under '%s' in %s or %s"
            .formatted(Text.excerpt(name), credentials.path(), config.path()),
        "run: dvc remote modify --local NAME access_key_id …, and secret_access_key; or: aws configure");
  }

  private S3Keys keys(AwsFile file, Map<String, String> settings) {
    return keys(
        "'%s' in %s".formatted(Text.excerpt(name), file.path()),
        settings,
        ACCESS,
        SECRET,
        "aws_security_token",
        "aws_session_token");
  }

  private static S3Keys keys(
      String where, Map<String, String> values, String access, String secret, String... tokens) {
    var session =
        Stream.of(tokens)
            .filter(key -> !values.getOrDefault(key, "").isEmpty())
            .findFirst()
            .map(key -> key(where, values, key));
    return new S3Keys(key(where, values, access), key(where, values, secret), session);
  }

  private static String key(String where, Map<String, String> values, String key) {
    var value = values.getOrDefault(key, "");
    if (value.isEmpty()) {
      throw new InvalidRequest(
          "%s has no %s, and has other parts of the keys".formatted(where, key),
          "give all parts in one place");
    }
    if (value.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new InvalidRequest(
          "%s of %s has spaces, line breaks or letters that no key has".formatted(key, where),
          "correct it; a comment needs a line of its own");
    }
    return value;
  }

  private void refuse(String... keys) {
    List.of(keys).stream()
        .filter(key -> said(key).isPresent())
        .findFirst()
        .ifPresent(key -> {
          throw refused(
              key,
              "set the variables that this prints: aws configure export-credentials --format env --profile NAME; or push and pull with dvc");
        });
  }

  private InvalidRequest refused(String key, String remedy) {
    return new InvalidRequest(
        "the profile '%s' has %s, which Fovea does not keep: it runs no command and asks nobody for keys"
            .formatted(Text.excerpt(name), key),
        remedy);
  }

  private void refuseVariable(String variable) {
    if (variable(variable).isPresent()) {
      throw new InvalidRequest(
          "%s is set, which Fovea does not keep: it asks nobody for keys".formatted(variable),
          "set AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN; or push and pull with dvc");
    }
  }
}
