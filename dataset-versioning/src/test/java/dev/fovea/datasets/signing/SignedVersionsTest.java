package dev.fovea.datasets.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fovea.datasets.DatasetCommitted;
import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.ServerTest;
import dev.fovea.datasets.SignedVersions;
import dev.fovea.datasets.SignedVersions.Key;
import dev.fovea.datasets.Team;
import dev.fovea.datasets.TestImages;
import dev.fovea.datasets.VersionStatement;
import dev.fovea.datasets.versions.VersionRecorder;
import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.SigningKey;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

class SignedVersionsTest extends ServerTest {
  private static final Name DIGITS = Name.of("digits");

  @Autowired private SignedVersions signed;
  @Autowired private StatementWriter writer;
  @Autowired private VersionRecorder recorder;
  @Autowired private SigningKeys keys;
  @Autowired private JdbcClient db;
  @Autowired private TransactionTemplate transaction;

  private DatasetVersion pushed(Team team) throws Exception {
    assertThat(team.push().accepted()).isTrue();
    return datasets.head(team.project(), DIGITS);
  }

  private Envelope statement(DatasetVersion version) {
    return signed.statement(version.project(), version.dataset(), version.digest());
  }

  private Key inUse(Team team) {
    return signed.keys(team.project()).getFirst();
  }

  @Test
  void saysOfEachVersionWhatItIs() throws Exception {
    var team = team().soundImages().prepared("first");
    var first = pushed(team);
    team.image("images/new.png", TestImages.png(200), "1", "train").prepared("second");
    var second = pushed(team);

    for (var version : new DatasetVersion[] {first, second}) {
      var bytes =
          statement(version)
              .verified(VersionStatement.PAYLOAD_TYPE, inUse(team).verifying())
              .orElseThrow();
      assertThat(VersionStatement.parse(bytes)).isEqualTo(VersionStatement.of(version));
    }
    assertThat(VersionStatement.of(second).predicate().parent()).contains(first.digest());
    assertThat(Digest.sha256(manifest(second))).isEqualTo(second.digest());
  }

  /** Nothing of our own code but the key's bytes. */
  @Test
  void isWhatDsseSaysIt() throws Exception {
    var team = team().soundImages().prepared("first");
    var envelope = statement(pushed(team));
    var verifier = Signature.getInstance("Ed25519");
    var spki =
        Base64.getMimeDecoder().decode(inUse(team).pem().replaceAll("-----[A-Z ]+-----", ""));
    verifier.initVerify(
        KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(spki)));
    var payload = Base64.getDecoder().decode(envelope.payload());
    var framed = new ByteArrayOutputStream();
    framed.writeBytes(
        "DSSEv1 28 application/vnd.in-toto+json %d "
            .formatted(payload.length)
            .getBytes(StandardCharsets.US_ASCII));
    framed.writeBytes(payload);
    verifier.update(framed.toByteArray());
    assertThat(verifier.verify(Base64.getDecoder().decode(envelope.signatures().getFirst().sig())))
        .isTrue();
    assertThat(envelope.keyId()).isEqualTo(inUse(team).id().toString());
  }

  /**
   * A disk that is full, a key that is gone: whatever it is, the version comes when it is mended.
   */
  @Test
  void announcesNoVersionThatIsNotSigned() throws Exception {
    var team = team().soundImages().prepared("first");
    var broken = "broken_" + team.project().text().replace('-', '_');
    db.sql(
            "alter table datasets.statement add constraint %s check (project <> '%s') not valid"
                .formatted(broken, team.project()))
        .update();
    team.push();
    assertThat(datasets.versions(team.project(), DIGITS)).isEmpty();
    assertThat(announced(team)).isZero();
    db.sql("alter table datasets.statement drop constraint " + broken).update();

    assertThat(recorder.reconcile(team.project())).hasSize(1);

    assertThat(recorder.reconcile(team.project())).isEmpty();
    assertThat(announced(team)).isEqualTo(1);
    assertThat(rows(team)).isEqualTo(1);
  }

  private long announced(Team team) {
    return events.of(DatasetCommitted.class).stream()
        .filter(event -> event.project().equals(team.project()))
        .count();
  }

  @Test
  void signsVersionsOfBeforeAtTheNextStartAndGivesEachTheSameBytes() throws Exception {
    var team = team().soundImages().prepared("first");
    var version = pushed(team);
    var before = statement(version);
    forget(team);
    writer.catchUp();
    writer.catchUp();
    assertThat(rows(team)).isEqualTo(1);
    assertThat(statement(version)).isEqualTo(before);
  }

  @Test
  void signsAVersionOfBeforeThatIsAskedForBeforeItsTurn() throws Exception {
    var team = team().soundImages().prepared("first");
    var version = pushed(team);
    var before = statement(version);
    forget(team);
    assertThat(statement(version)).isEqualTo(before);
    assertThat(rows(team)).isEqualTo(1);
  }

  @Test
  void keepsTheKeysOfBeforeAndWhatTheySigned() throws Exception {
    var team = team().soundImages().prepared("first");
    var version = pushed(team);
    var old = inUse(team);
    var before = statement(version);
    var other = SigningKey.generate().verifying();

    transaction.executeWithoutResult(_ -> keys.use(other));

    assertThat(signed.keys(team.project())).extracting(Key::id).startsWith(other.id(), old.id());
    assertThat(inUse(team).until()).isEmpty();
    assertThat(signed.keys(team.project()).get(1).until()).isPresent();
    assertThat(statement(version)).isEqualTo(before);
    writer.catchUp();
    assertThat(inUse(team).id()).isEqualTo(old.id());
  }

  @Test
  void hasNoStatementOfWhatIsNoVersion() throws Exception {
    var team = team().soundImages().prepared("first");
    var version = pushed(team);
    var stranger = team();
    assertThatThrownBy(() -> signed.statement(stranger.project(), DIGITS, version.digest()))
        .isInstanceOf(NoSuchThing.class);
    assertThat(get(stranger, version.digest()).statusCode()).isEqualTo(404);
  }

  private byte[] manifest(DatasetVersion version) throws Exception {
    var answer = get(version.project(), version.digest());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }

  private java.net.http.HttpResponse<byte[]> get(Team team, Digest digest) throws Exception {
    return get(team.project(), digest);
  }

  private java.net.http.HttpResponse<byte[]> get(Name project, Digest digest) throws Exception {
    var url =
        "http://localhost:%d/api/v1/projects/%s/datasets/digits/versions/%s/manifest"
            .formatted(port, project, digest);
    try (var http = HttpClient.newHttpClient()) {
      return http.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofByteArray());
    }
  }

  private void forget(Team team) {
    db.sql("delete from datasets.statement where project = :project")
        .param("project", team.project().text())
        .update();
  }

  private int rows(Team team) {
    return db.sql("select count(*) from datasets.statement where project = :project")
        .param("project", team.project().text())
        .query(Integer.class)
        .single();
  }
}
