package dev.fovea.dvc.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.kernel.InvalidRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Keys in the order of dvc-s3 3.3.0 and botocore 1.43.117; what each case finds was asked of {@code
 * botocore.session.Session(profile=…).get_credentials()} on these files.
 */
class AwsAccountTest {
  private static final String SECRET = "7f3a91-never-shown";

  @TempDir Path home;
  private final Map<String, String> remote = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void live() throws IOException {
    environment.put("HOME", home.toString());
    write(
        "credentials",
        """
        # who may
        [default]
        aws_access_key_id = SHARED
        aws_secret_access_key = shared/SECRET
        aws_session_token = token=with=equals

        [team]
        aws_access_key_id: TEAM
        AWS_Secret_Access_Key : team%3A
        """
            .replace("SECRET", SECRET));
    write(
        "config",
        """
        [default]
        region = eu-central-1
        s3 =
          addressing_style = path
          endpoint_url = https://not.this
        [profile team]
        region = eu-west-3
        endpoint_url = https://team.example.org
        aws_access_key_id = CONFIG
        aws_secret_access_key = config
        [profile "only here"]
        aws_access_key_id = ONLY
        aws_secret_access_key = only
        [team]
        region = passed-over
        """);
  }

  private void write(String name, String text) throws IOException {
    Files.createDirectories(home.resolve(".aws"));
    Files.writeString(home.resolve(".aws").resolve(name), text);
  }

  private void add(String name, String text) throws IOException {
    write(name, Files.readString(home.resolve(".aws").resolve(name)) + text);
  }

  private AwsAccount account() {
    return new AwsAccount(remote, environment);
  }

  private String who() {
    return account().keys().accessKey();
  }

  @Test
  void takesTheDefaultProfileOfCredentials() {
    var keys = account().keys();

    assertThat(keys.accessKey()).isEqualTo("SHARED");
    assertThat(keys.secretKey()).isEqualTo("shared/" + SECRET);
    assertThat(keys.session()).contains("token=with=equals");
    assertThat(keys).hasToString("keys");
    assertThat(account().region()).contains("eu-central-1");
    assertThat(account().endpoint()).isEmpty();
  }

  @Test
  void takesTheRemotesOwnKeysBeforeAll() {
    environment.put("AWS_ACCESS_KEY_ID", "VARIABLE");
    environment.put("AWS_SECRET_ACCESS_KEY", "variable");
    environment.put("AWS_SESSION_TOKEN", "of the variable");
    remote.put("profile", "team");
    remote.put("access_key_id", "OWN");
    remote.put("secret_access_key", "own");

    assertThat(who()).isEqualTo("OWN");
    assertThat(account().keys().session()).as("nobody else's").isEmpty();
    remote.put("session_token", "mine");
    assertThat(account().keys().session()).contains("mine");
  }

  @Test
  void takesVariablesBeforeAProfileUnlessTheRemoteNamesIt() {
    environment.put("AWS_ACCESS_KEY_ID", "VARIABLE");
    environment.put("AWS_SECRET_ACCESS_KEY", "variable");
    environment.put("AWS_SESSION_TOKEN", "token");
    environment.put("AWS_PROFILE", "team");
    assertThat(who()).isEqualTo("VARIABLE");
    assertThat(account().keys().session()).contains("token");
    assertThat(account().region()).contains("eu-west-3");

    remote.put("profile", "team");
    assertThat(who()).isEqualTo("TEAM");
    assertThat(account().keys().session()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "team, '', '', TEAM, eu-west-3",
    "'', team, '', TEAM, eu-west-3",
    "'', '', team, TEAM, eu-west-3",
    "'', only here, team, TEAM, eu-west-3",
    "only here, team, team, ONLY, ''",
    "'', 'only here', '', ONLY, ''",
  })
  void asksForTheProfileThatIsNamed(
      String setting, String variable, String olderVariable, String key, String region) {
    remote.put("profile", setting);
    environment.put("AWS_PROFILE", variable);
    environment.put("AWS_DEFAULT_PROFILE", olderVariable);

    assertThat(who()).isEqualTo(key);
    assertThat(account().region().orElse("")).isEqualTo(region);
  }

  @Test
  void readsTheFilesThatAreNamedTheVariableFirst() throws IOException {
    var other = Files.writeString(home.resolve("other"), keys("default", "OTHER"));
    remote.put("credentialpath", other.toString());
    assertThat(who()).isEqualTo("OTHER");
    remote.put("credentialpath", "~/other");
    assertThat(who()).isEqualTo("OTHER");

    var third = Files.writeString(home.resolve("third"), keys("default", "THIRD"));
    environment.put("AWS_SHARED_CREDENTIALS_FILE", third.toString());
    assertThat(who()).isEqualTo("THIRD");

    remote.put(
        "configpath", Files.writeString(home.resolve("c"), "[default]\nregion = r\n").toString());
    assertThat(account().region()).contains("r");
    environment.put("AWS_CONFIG_FILE", home.resolve(".aws/config").toString());
    assertThat(account().region()).contains("eu-central-1");
  }

  private static String keys(String section, String access) {
    return "[%s]\naws_access_key_id = %s\naws_secret_access_key = %s\n"
        .formatted(section, access, SECRET);
  }

  @Test
  void findsTheEndpointInDvcsOrder() throws IOException {
    remote.put("profile", "team");
    assertThat(account().endpoint()).contains("https://team.example.org");
    environment.put("AWS_ENDPOINT_URL", "https://all");
    assertThat(account().endpoint()).contains("https://all");
    environment.put("AWS_ENDPOINT_URL_S3", "https://s3");
    assertThat(account().endpoint()).contains("https://s3");
    environment.put("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
    assertThat(account().endpoint()).isEmpty();
    remote.put("endpointurl", "https://own");
    assertThat(account().endpoint()).contains("https://own");

    environment.clear();
    live();
    remote.clear();
    add("config", "[profile of]\nservices = local\n");
    remote.put("profile", "of");
    assertThatThrownBy(() -> account().endpoint()).hasMessageContaining("has services");
  }

  @ParameterizedTest
  @ValueSource(strings = {"role_arn", "web_identity_token_file", "sso_account_id", "sso_role_name"})
  void refusesByNameWhatWouldBeAskedForFirst(String key) throws IOException {
    add("config", "[profile asks]\n%s = %s\n".formatted(key, SECRET));
    add("credentials", keys("asks", "LATER"));
    remote.put("profile", "asks");

    requireRefused("the profile 'asks' has " + key);
  }

  @Test
  void runsNoCommand() throws IOException {
    var proof = home.resolve("was-run");
    add("config", "[profile runs]\ncredential_process = touch %s\n".formatted(proof));
    remote.put("profile", "runs");
    requireRefused("the profile 'runs' has credential_process");
    assertThat(proof).doesNotExist();

    add("credentials", keys("runs", "KEYS"));
    assertThat(who()).as("keys of credentials come first").isEqualTo("KEYS");
  }

  @Test
  void refusesToBeAMachineOrAPod() {
    remote.put("credentialpath", home.resolve("none").toString());
    requireRefused("there are no keys for the remote");
    environment.put("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://169.254.170.2/" + SECRET);
    requireRefused("AWS_CONTAINER_CREDENTIALS_FULL_URI is set");
    environment.put("AWS_WEB_IDENTITY_TOKEN_FILE", "/token");
    requireRefused("AWS_WEB_IDENTITY_TOKEN_FILE is set");
  }

  @Test
  void takesNoHalfOfTheKeysFromElsewhere() throws IOException {
    remote.put("access_key_id", "OWN");
    environment.put("AWS_SECRET_ACCESS_KEY", SECRET);
    requireRefused("the remote has no secret_access_key");
    remote.clear();
    remote.put("session_token", SECRET);
    requireRefused("the remote has no access_key_id");
    remote.clear();
    environment.put("AWS_ACCESS_KEY_ID", "VARIABLE");
    environment.remove("AWS_SECRET_ACCESS_KEY");
    requireRefused("the environment has no AWS_SECRET_ACCESS_KEY");
    environment.remove("AWS_ACCESS_KEY_ID");
    write("credentials", "[default]\naws_access_key_id = A\n");
    requireRefused("'default' in " + home.resolve(".aws/credentials"));
  }

  @Test
  void refusesAProfileThatIsNowhere() {
    environment.put("AWS_PROFILE", "gone");
    environment.put("AWS_ACCESS_KEY_ID", "VARIABLE");
    environment.put("AWS_SECRET_ACCESS_KEY", SECRET);

    requireRefused("there is no profile 'gone' in " + home.resolve(".aws/credentials"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "aws_secret_access_key = 7f3a91-never-shown",
        "[default]\n7f3a91-never-shown",
        "[default\naws_secret_access_key = 7f3a91-never-shown",
        "[default]\naws_secret_access_key = 7f3a91-never-shown\naws_secret_access_key = x",
        "[default]\na = 7f3a91-never-shown\n[default]\n",
        "[default]\naws_access_key_id = A\naws_secret_access_key = 7f3a91-never-shown # mine",
        "[default]\naws_access_key_id = A\naws_secret_access_key = 7f3a91-never-shown\n  more",
        "[default]\naws_access_key_id = A\naws_secret_access_key =\n  7f3a91-never-shown",
        "[default]\naws_access_key_id = 7f3a91-never-shownä\naws_secret_access_key = a",
      })
  void tellsNothingOfAFileThatItCannotRead(String text) throws IOException {
    write("credentials", text);

    requireRefused(home.resolve(".aws/credentials").toString());
  }

  @Test
  void readsNoFileWithoutAnEnd() throws IOException {
    write("credentials", "#".repeat((1 << 20) + 1));
    requireRefused("1048577 bytes (expected: at most 1048576)");
    Files.write(home.resolve(".aws/credentials"), new byte[] {'[', (byte) 0xff, ']'});
    requireRefused("is no UTF-8");
    environment.put("AWS_SHARED_CREDENTIALS_FILE", "/dev/zero");
    environment.put("AWS_CONFIG_FILE", home.toString());
    requireRefused("there are no keys for the remote");
  }

  private void requireRefused(String why) {
    assertThatThrownBy(() -> account().keys())
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining(why)
        .satisfies(e -> {
          var problem = (InvalidRequest) e;
          var said = problem.explanation() + problem.remedy() + Optional.ofNullable(e.getCause());
          assertThat(said).doesNotContain(SECRET, SECRET.substring(0, 6));
        });
  }
}
