package dev.fovea.cli.dataset;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.cli.CommandRun;
import dev.fovea.cli.terminal.ExitCode;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Manifest;
import dev.fovea.datasets.Sample;
import dev.fovea.datasets.VersionStatement;
import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.SigningKey;
import dev.fovea.dvc.Md5;
import dev.fovea.kernel.ByteSize;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.Name;
import dev.fovea.store.memory.MemoryObjectStore;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A version that is checked without a server, and everything that somebody may change on the way.
 */
class VerifyCommandTests {
  private static final String TYPE = VersionStatement.PAYLOAD_TYPE;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final SigningKey service = SigningKey.generate();
  private DatasetVersion version;
  private Envelope good;

  @BeforeEach
  void signed() throws IOException {
    Files.createDirectories(folder.resolve("data/images"));
    version = version(3, "one", "two", "three");
    good = service.sign(TYPE, VersionStatement.of(version).bytes());
    write(good);
    Files.writeString(folder.resolve("key.pem"), service.verifying().pem());
  }

  /** A version with these images, whose files lie in {@code data} and its manifest beside it. */
  private DatasetVersion version(int number, String... images) throws IOException {
    var samples = new ArrayList<Sample>();
    for (var image : images) {
      var path = "images/%s.png".formatted(image);
      var bytes = image.getBytes(UTF_8);
      Files.write(folder.resolve("data").resolve(path), bytes);
      samples.add(
          new Sample(
              path,
              Digest.sha256(bytes),
              Md5.hex(bytes),
              bytes.length,
              "1",
              "train",
              Optional.empty()));
    }
    return version(number, samples);
  }

  private DatasetVersion version(int number, List<Sample> samples) throws IOException {
    var objects = new MemoryObjectStore();
    var digest = new Manifest(List.of("1"), samples).write(objects);
    Files.write(folder.resolve("manifest.json"), objects.bytes(digest, 1 << 20));
    return new DatasetVersion(
        Name.of("parcels"),
        Name.of("digits"),
        digest,
        number,
        GitCommit.of("c".repeat(40)),
        "main",
        "0".repeat(32) + ".dir",
        List.of("1"),
        samples.size(),
        ByteSize.of(samples.stream().mapToLong(Sample::bytes).sum()),
        Map.of("train", samples.size()),
        Optional.empty(),
        samples.size(),
        0,
        0,
        "ada",
        Instant.EPOCH);
  }

  private void write(Envelope envelope) throws IOException {
    Files.write(folder.resolve("statement.json"), envelope.json());
  }

  private int verify(String what, String... more) {
    var arguments =
        new ArrayList<>(
            List.of(
                "dataset",
                "verify",
                what,
                "--key",
                folder.resolve("key.pem").toString(),
                "--statement",
                folder.resolve("statement.json").toString(),
                "--manifest",
                folder.resolve("manifest.json").toString(),
                // Nobody is asked.
                "--server",
                "http://127.0.0.1:1"));
    arguments.addAll(List.of(more));
    return run(arguments.toArray(String[]::new));
  }

  private int verifyBytes() {
    return verify("digits@3", "--bytes", "--data", folder.resolve("data").toString());
  }

  private int run(String... arguments) {
    out.getBuffer().setLength(0);
    err.getBuffer().setLength(0);
    return CommandRun.of(out, err, arguments);
  }

  private void assertRefused(String why) {
    assertThat(verifyBytes()).as(out.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains(why).contains("next: ").doesNotContain("Exception");
    assertThat(out.toString()).isEmpty();
  }

  @Test
  void aVersionThatIsWhatWasSigned() {
    assertThat(verifyBytes()).as(err.toString()).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("digits@3 of project parcels is what " + service.verifying().id() + " signed")
        .contains(version.digest() + ", 3 images, 11 B")
        .contains("by ada")
        .contains("3 objects are there, and are what they should be");
    assertThat(verify("digits@" + version.digest())).isEqualTo(ExitCode.OK);
    assertThat(verify("digits@" + version.digest().abbreviated())).isEqualTo(ExitCode.OK);
    assertThat(verify("digits@3", "--project", "parcels")).isEqualTo(ExitCode.OK);
    assertThat(out.toString()).doesNotContain("objects");
  }

  @Test
  void oneOfSeveralKeysIsEnough() throws IOException {
    Files.writeString(
        folder.resolve("key.pem"),
        "# later\n" + SigningKey.generate().verifying().pem() + service.verifying().pem());
    assertThat(verifyBytes()).isEqualTo(ExitCode.OK);
  }

  @Test
  void aChangedPayload() throws IOException {
    var changed = VersionStatement.of(version).bytes();
    changed[changed.length - 3] ^= 1;
    write(Envelope.of(TYPE, changed, good.keyId(), good.signatures().getFirst().sig()));
    assertRefused("none of 1 keys signed this statement");
  }

  @Test
  void anotherKeyThatSaysItIsThisOne() throws IOException {
    var bytes = VersionStatement.of(version).bytes();
    var mallory = SigningKey.generate().sign(TYPE, bytes);
    write(Envelope.of(TYPE, bytes, good.keyId(), mallory.signatures().getFirst().sig()));
    assertRefused("it says that " + service.verifying().id() + " did");
  }

  @Test
  void aPayloadOfAnotherTypeAndAStatementOfAnother() throws IOException {
    var bytes = VersionStatement.of(version).bytes();
    write(new Envelope("application/json", good.payload(), good.signatures()));
    assertRefused("of type 'application/json'");
    write(service.sign("application/json", bytes));
    assertRefused("of type 'application/json'");
    var other = new String(bytes, UTF_8).replace("dataset-version/v1", "measurement/v1");
    write(service.sign(TYPE, other.getBytes(UTF_8)));
    assertRefused("about tag:fovea.dev,2026:measurement/v1");
  }

  @Test
  void noSignature() throws IOException {
    var json = new String(good.json(), UTF_8);
    var stripped = json.replaceAll("\"signatures\":\\[.*\\]", "\"signatures\":[]");
    assertThat(stripped).isNotEqualTo(json);
    Files.writeString(folder.resolve("statement.json"), stripped);
    assertRefused("signatures: 0 (expected: 1)");
    write(Envelope.of(TYPE, VersionStatement.of(version).bytes(), "", "AA=="));
    assertRefused("it says that nobody did");
  }

  @Test
  void theStatementOfAnotherVersionDatasetOrProject() throws IOException {
    version(2, "one");
    assertRefused("the manifest is sha256:");
    var earlier = version(2, "one");
    write(service.sign(TYPE, VersionStatement.of(earlier).bytes()));
    assertRefused("what is signed is digits@2 of project parcels");
    write(good);
    assertThat(verify("letters@3")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("and not letters@3");
    assertThat(verify("digits@3", "--project", "other")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("and not digits@3 of project other");
  }

  @Test
  void anEnvelopeThatWasCutOrHasAHundredMegabytes() throws IOException {
    var json = good.json();
    for (int length : new int[] {0, 1, json.length / 2, json.length - 1}) {
      Files.write(folder.resolve("statement.json"), Arrays.copyOf(json, length));
      assertRefused("envelope: ");
    }
    try (var file = new java.io.RandomAccessFile(folder.resolve("statement.json").toFile(), "rw")) {
      file.setLength(100L << 20);
    }
    assertRefused("more than 1048576 bytes");
  }

  @Test
  void aDowngradeToWhatNeedsNoSecret() throws Exception {
    var json = new String(good.json(), UTF_8);
    Files.writeString(
        folder.resolve("statement.json"),
        json.replaceAll("\"sig\":\"[^\"]*\"", "\"alg\":\"none\",\"sig\":\"AA==\""));
    assertRefused("none of 1 keys signed");
    for (var algorithm : List.of("EC", "RSA", "Ed448")) {
      var generator = KeyPairGenerator.getInstance(algorithm);
      if (algorithm.equals("RSA")) {
        generator.initialize(1_024); // the default takes seconds, and the kind alone is looked at
      }
      var pair = generator.generateKeyPair();
      Files.writeString(
          folder.resolve("key.pem"),
          "-----BEGIN PUBLIC KEY-----\n%s\n-----END PUBLIC KEY-----\n"
              .formatted(Base64.getEncoder().encodeToString(pair.getPublic().getEncoded())));
      assertRefused("not an Ed25519 public key");
    }
    Files.writeString(folder.resolve("key.pem"), service.pem().split("-----BEGIN PUBLIC")[0]);
    assertRefused("pem: no block 'PUBLIC KEY'");
  }

  @Test
  void aManifestOrImagesThatAreOthers() throws IOException {
    var image = folder.resolve("data/images/two.png");
    Files.writeString(image, "TWO");
    assertDamaged("images/two.png", "damaged");
    Files.writeString(image, "two and more");
    assertDamaged("images/two.png", "damaged");
    Files.delete(image);
    assertDamaged("images/two.png", "missing");
    Files.createDirectory(image);
    assertDamaged("images/two.png", "missing");
    var manifest = Files.readString(folder.resolve("manifest.json"));
    Files.writeString(folder.resolve("manifest.json"), manifest.replace("\"1\"", "\"2\""));
    assertRefused("the manifest is sha256:");
  }

  private void assertDamaged(String path, String fault) {
    assertThat(verifyBytes()).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).contains(path).contains(fault).contains("1 of 3 objects");
  }

  /** Marc Stevens' single-block pair of 2012 (marc-stevens.nl/research/md5-1block-collision). */
  @Test
  void anImageWithTheMd5OfTheOneThatWasSigned() throws IOException {
    var text =
        "4dc968ff0ee35c209572d4777b721587d36fa7b21bdc56b74a3dc0783e7b9518"
            + "afbfa200a8284bf36e8e4b55b35f427593d849676da0d1555d8360fb5f07fea2";
    var first = HexFormat.of().parseHex(text);
    var second =
        HexFormat.of().parseHex(text.replace("afbfa200", "afbfa202").replace("a0d155", "a0d1d5"));
    assertThat(Md5.hex(second)).isEqualTo(Md5.hex(first));
    assertThat(second).isNotEqualTo(first);
    var image = folder.resolve("data/images/one.png");
    Files.write(image, first);
    var sample =
        new Sample(
            "images/one.png",
            Digest.sha256(first),
            Md5.hex(first),
            first.length,
            "1",
            "train",
            Optional.empty());
    write(service.sign(TYPE, VersionStatement.of(version(3, List.of(sample))).bytes()));
    assertThat(verifyBytes()).isEqualTo(ExitCode.OK);
    Files.write(image, second);
    assertThat(verifyBytes()).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).contains("damaged");
  }

  @Test
  void pathsThatLeaveTheFolderEvenWhereTheyWereSigned() throws IOException {
    var secret = Files.writeString(folder.resolve("secret"), "s");
    var sample =
        new Sample(
            "../secret",
            Digest.sha256(secret),
            Md5.hex(Files.readAllBytes(secret)),
            1,
            "1",
            "train",
            Optional.empty());
    write(service.sign(TYPE, VersionStatement.of(version(3, List.of(sample))).bytes()));
    assertRefused("the path '../secret' leaves the dataset folder");
  }

  @Test
  void whatTheCommandLineDoesNotMean() {
    assertThat(run("dataset", "verify", "digits@3", "--manifest", "m.json"))
        .isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("need a --key");
    assertThat(run("dataset", "verify", "--key", "k.pem")).isEqualTo(ExitCode.USAGE);
    assertThat(err.toString()).contains("one DATASET@VERSION");
    assertThat(verify("digits")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("expected: DATASET@VERSION");
    assertThat(verify("digits@latest")).isEqualTo(ExitCode.FAILED);
    assertThat(err.toString()).contains("fovea dataset log digits");
    assertThat(run("dataset", "verify", "--help")).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("fovea dataset verify [PATH...]")
        .contains("fovea dataset verify DATASET@VERSION --key FILE");
  }
}
