package dev.fovea.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ValuesTest {
  /** FIPS 180-2, appendix B.1. */
  private static final String ABC =
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

  private static final JsonMapper JSON = new JsonMapper();

  @Test
  void aDigestIsTheSha256OfBytesStreamsAndFiles(@TempDir Path folder) throws IOException {
    var abc = "abc".getBytes(StandardCharsets.US_ASCII);
    assertThat(Digest.sha256(abc).hex()).isEqualTo(ABC);
    assertThat(Digest.sha256(new ByteArrayInputStream(abc)).hex()).isEqualTo(ABC);
    assertThat(Digest.sha256(Files.write(folder.resolve("abc"), abc)).hex()).isEqualTo(ABC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "sha256:",
        "md5:ba7816bf8f01cfea414140de5dae2223",
        "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "sha256:BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
        "sha256:../../../etc/passwd",
        "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\n"
      })
  void aDigestIsWrittenInOneWayOnly(String text) {
    assertThatThrownBy(() -> Digest.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected: sha256: and 64 lower-case hex digits)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a", "a-b", "0", "digit-reader-2"})
  void aNameIsAnRfc1123Label(String text) {
    assertThat(Name.of(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-a", "a-", "A", "a_b", "a.b", "a/b", "..", "a\n", "ä", "a b"})
  void aNameIsNothingElse(String text) {
    assertThatThrownBy(() -> Name.of(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected:");
  }

  @Test
  void aNameHasAtMost63Characters() {
    assertThat(Name.of("a".repeat(63)).text()).hasSize(63);
    assertThatThrownBy(() -> Name.of("a".repeat(64))).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Name.of("a".repeat(1 << 20)))
        .satisfies(refusal -> assertThat(refusal.getMessage()).hasSizeLessThan(300));
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "512, 512",
    "512 B, 512",
    "1KiB, 1024",
    "25 MiB, 26214400",
    "2GiB, 2147483648",
    "999999 TiB, 1099510528264372224"
  })
  void aSizeIsReadWithBinaryUnits(String text, long bytes) {
    assertThat(ByteSize.parse(text).bytes()).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "1.5 MiB",
        "1 MB",
        "1 mib",
        "9999999 TiB",
        "99999999999999999999",
        "1  KiB",
        "KiB"
      })
  void aSizeIsNothingElse(String text) {
    assertThatThrownBy(() -> ByteSize.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(expected:");
  }

  @ParameterizedTest
  @CsvSource({
    "980, 980 B",
    "1023, 1023 B",
    "1024, 1.0 KiB",
    "26633830, 25.4 MiB",
    "1099511627776, 1.0 TiB"
  })
  void aSizeIsShownWithOneDecimal(long bytes, String shown) {
    assertThat(ByteSize.of(bytes)).hasToString(shown);
  }

  @Test
  void valuesAreStringsInJson() {
    record All(Digest digest, Name name, GitCommit commit, ByteSize size) {}
    var all = new All(new Digest(ABC), Name.of("a"), GitCommit.of("0".repeat(40)), ByteSize.of(7));
    var json = JSON.writeValueAsString(all);
    assertThat(json)
        .contains(
            "\"digest\":\"sha256:" + ABC + "\"",
            "\"name\":\"a\"",
            "\"commit\":\"" + "0".repeat(40) + "\"",
            "\"size\":7");
    assertThat(JSON.readValue(json, All.class)).isEqualTo(all);
    assertThatThrownBy(() -> JSON.readValue("\"../x\"", Name.class))
        .hasMessageContaining("expected: 1 to 63");
  }

  @Test
  void aCallerSeesItsOwnProjectOrAll() {
    var roles = EnumSet.of(Caller.Role.ENGINEER);
    var ann = new Caller("ann", "parcels", roles);
    roles.add(Caller.Role.ADMIN);
    assertThat(ann.roles()).as("a copy").containsExactly(Caller.Role.ENGINEER);
    assertThat(ann.sees("parcels")).isTrue();
    assertThat(ann.sees("parcel")).isFalse();
    assertThat(ann.sees("*")).isFalse();
    assertThat(new Caller("root", "*", Set.of()).sees("parcels")).isTrue();
  }

  @Test
  void aCallerHasInEachProjectWhatItsRightsThereAndEverywhereSay() {
    var ann =
        Caller.of(
            "ann",
            Map.of(
                "parcels", Set.of(Caller.Role.RELEASE_MANAGER),
                "faces", Set.of(Caller.Role.ANNOTATOR),
                "digits", Set.of(Caller.Role.ENGINEER)));
    assertThat(ann.sees("faces")).isTrue();
    assertThat(ann.sees("others")).isFalse();
    assertThat(ann.everywhere()).isFalse();
    assertThat(ann.in("faces").roles()).containsExactly(Caller.Role.ANNOTATOR);
    assertThat(ann.in("faces").in("parcels").roles()).containsExactly(Caller.Role.RELEASE_MANAGER);
    assertThat(ann.in("others")).as("no right there").isEqualTo(ann);
    assertThat(ann.in("others").sees("others")).isFalse();
    assertThat(ann.in("faces").projects()).containsExactly("digits", "faces", "parcels");
    assertThat(ann.anywhere())
        .containsExactlyInAnyOrder(
            Caller.Role.RELEASE_MANAGER, Caller.Role.ANNOTATOR, Caller.Role.ENGINEER);
    assertThatThrownBy(() -> Caller.of("ann", Map.of())).hasMessageContaining("rights: none");
  }

  @Test
  void whatHoldsEverywhereHoldsInEachProjectToo() {
    var eve =
        Caller.of(
            "eve",
            Map.of(
                "*", Set.of(Caller.Role.ENGINEER), "parcels", Set.of(Caller.Role.RELEASE_MANAGER)));
    assertThat(eve.project()).isEqualTo("*");
    assertThat(eve.in("parcels").roles())
        .containsExactlyInAnyOrder(Caller.Role.ENGINEER, Caller.Role.RELEASE_MANAGER);
    assertThat(eve.in("parcels").in("faces").roles()).containsExactly(Caller.Role.ENGINEER);
    assertThat(eve.in("parcels").everywhere()).isTrue();
  }

  @Test
  void aCallerOfTheVersionBeforeIsRead() {
    var before =
        JSON.readValue(
            """
            {"subject": "ann", "project": "parcels", "roles": ["ENGINEER"]}
            """,
            Caller.class);
    assertThat(before).isEqualTo(new Caller("ann", "parcels", Set.of(Caller.Role.ENGINEER)));
    var narrow =
        new Caller(
            "ann",
            "parcels",
            Set.of(Caller.Role.ENGINEER),
            Optional.empty(),
            Map.of("faces", Set.of(Caller.Role.CI)),
            Set.of(Caller.Scope.READ));
    assertThat(JSON.readValue(JSON.writeValueAsString(narrow), Caller.class)).isEqualTo(narrow);
  }

  @Test
  void foreignTextIsRepeatedShortAndWithoutControlCharacters() {
    assertThat(Text.excerpt("a\nb\u202ec\u0000")).isEqualTo("a\\u000ab\\u202ec\\u0000");
    assertThat(Text.excerpt("a\uD83Db")).as("no database keeps a half").isEqualTo("a\\ud83db");
    assertThat(Text.excerpt("x".repeat(81))).hasSize(81).endsWith("…");
    assertThat(Text.excerpt("\uD83D\uDE00".repeat(80))).as("code points are not cut").hasSize(160);
  }

  @Test
  void aThingIsNamedByItsKindAndName() {
    var device = LineageNode.named(LineageNode.Kind.DEVICE, "orin", "orin");
    assertThat(device.digest())
        .isEqualTo(Digest.sha256("DEVICE:orin".getBytes(StandardCharsets.UTF_8)));
    assertThat(LineageNode.named(LineageNode.Kind.RUN, "orin", "x").digest())
        .isNotEqualTo(device.digest());
  }
}
