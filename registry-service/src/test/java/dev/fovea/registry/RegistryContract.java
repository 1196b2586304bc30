package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.fovea.kernel.Caller;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.GitCommit;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.roles.NotAllowed;
import dev.fovea.store.ObjectStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What a caller may rely on, in the same process and over HTTP alike. */
abstract class RegistryContract extends RegistryTest {
  private static final Instant START = Instant.parse("2026-11-22T10:00:00Z");
  private static final Name READER = Name.of("digit-reader");
  private static final Name DIGITS = Name.of("digits");

  private final Name project = project();
  private final Digest dataset = digest("dataset of " + project);

  @Autowired private ObjectStore objects;

  private Runs runs;
  private Models models;
  private SignedModels signed;
  private Lineage lineage;
  private Access tokens;

  /** An API as this caller calls it. */
  abstract <A> A api(Caller caller, Class<A> api);

  @BeforeEach
  void apis() {
    var ada = new Caller("ada", project.text(), Set.of(Caller.Role.ENGINEER));
    runs = api(ada, Runs.class);
    models = api(ada, Models.class);
    signed = api(ada, SignedModels.class);
    lineage = api(ada, Lineage.class);
    tokens = api(ada, Access.class);
  }

  @Test
  void writesARunOfAJobOnce() {
    var finished =
        finished("retrain", Map.of("loss", List.of(0.5, 0.25), "broken", List.of(Double.NaN)));
    var run = runs.log(project, finished);
    assertThat(runs.log(project, finished)).isEqualTo(run);
    assertThat(run.status()).isEqualTo("FINISHED");
    assertThat(run.started()).isEqualTo(START);
    assertThat(run.ended()).contains(START.plusSeconds(60));
    assertThat(run.params()).containsEntry("lr", "0.1");
    assertThat(run.metrics()).containsEntry("loss", 0.25).containsEntry("broken", Double.NaN);
    assertThat(run.tags()).containsEntry("mlflow.runName", "retrain");
    assertThat(run.datasets())
        .containsExactly(
            new Run.DatasetUse("digits", dataset.toString(), Optional.of(dataset), "training"));
    assertThat(runs.newest(project, 10)).containsExactly(run);
    assertThat(runs.run(project, run.id().substring(0, 8))).isEqualTo(run);
  }

  @Test
  void thinsLongCurvesAndKeepsTheirPeaks() {
    var values = new ArrayList<>(Collections.nCopies(10_000, 1.0));
    values.set(5_123, 99.0);
    values.set(7_001, -99.0);
    var run =
        runs.log(
            project, finished("long", Map.of("loss", values, "short", List.of(3.0, 2.0, 1.0))));
    var curve = runs.history(project, run.id(), "loss");
    assertThat(curve)
        .hasSizeLessThanOrEqualTo(240)
        .isSortedAccordingTo(Comparator.comparingLong(Run.MetricPoint::step));
    assertThat(curve)
        .contains(
            new Run.MetricPoint(99, 5_123, START.plusSeconds(60)),
            new Run.MetricPoint(-99, 7_001, START.plusSeconds(60)));
    assertThat(runs.history(project, run.id(), "short"))
        .extracting(Run.MetricPoint::value)
        .containsExactly(3.0, 2.0, 1.0);
    assertThat(runs.history(project, run.id(), "none")).isEmpty();
  }

  @Test
  void refusesRunsThatAreNotThere() {
    assertThatThrownBy(() -> runs.run(project, "0".repeat(32))).isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> runs.run(project, "x")).isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> runs.newest(project, 0)).isInstanceOf(InvalidRequest.class);
    assertThatThrownBy(() -> runs.newest(project, 501)).isInstanceOf(InvalidRequest.class);
  }

  @Test
  void registersAModelOnceAndTellsWhatItWasMadeOf() throws Exception {
    var run = runs.log(project, finished("train", Map.of()));
    var first =
        models.register(project, registration("one", Optional.of(run.id()), Optional.empty()));
    assertThat(
            models.register(project, registration("one", Optional.of(run.id()), Optional.empty())))
        .isEqualTo(first);
    assertThat(first.number()).isEqualTo(1);
    assertThat(first.run()).contains(run.id());
    assertThat(first.dataset()).contains(dataset);
    assertThat(first.registeredBy()).isEqualTo("ada");
    var second =
        models.register(
            project, registration("two", Optional.empty(), Optional.of(first.digest())));
    assertThat(second.number()).isEqualTo(2);
    assertThat(models.heads(project)).containsExactly(second);
    assertThat(models.versions(project, READER)).containsExactly(second, first);
    assertThat(models.version(project, READER, 1)).isEqualTo(first);
    // The events that tell it are on their way: until then there is no such thing.
    await()
        .ignoreException(NoSuchThing.class)
        .untilAsserted(() ->
            assertThat(lineage.why(project, second.digest()))
                .anyMatch(sentence ->
                    sentence.startsWith("digit-reader 2 was made from digit-reader 1 at "))
                .anyMatch(
                    sentence -> sentence.startsWith("digit-reader 1 was made by run train at "))
                .anyMatch(sentence -> sentence.startsWith("run train was trained on digits")));
    var graph = lineage.around(project, first.digest(), 12);
    assertThat(graph.links())
        .extracting(LineageLinked::verb)
        .contains("made from", "made by", "trained on");
    assertThat(lineage.find(project, "digit-reader 2"))
        .extracting(LineageNode::digest)
        .containsExactly(second.digest());
  }

  @Test
  void signsWhatItRegisters() throws Exception {
    var version = models.register(project, registration("one", Optional.empty(), Optional.empty()));
    var found = signed.verify(project, READER.text(), 1, true);
    found.require();
    assertThat(found.key()).contains(signed.keys(project).getFirst().id());
    assertThat(found.registered().flatMap(ModelStatement.Registered::file))
        .contains(version.digest());
    var envelope = signed.signature(project, READER.text(), 1).dsseEnvelope();
    var bytes =
        envelope
            .verified(ModelStatement.PAYLOAD_TYPE, signed.keys(project).getFirst().verifying())
            .orElseThrow();
    assertThat(ModelStatement.parse(bytes).predicate().fovea())
        .isEqualTo(found.registered().orElseThrow());
    assertThatThrownBy(() -> signed.signature(project, READER.text(), 2))
        .isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> lineage.rollouts(project, digest("nowhere")))
        .isInstanceOf(NoSuchThing.class);
  }

  @Test
  void pointsAliasesAtVersions() throws Exception {
    var version = models.register(project, registration("one", Optional.empty(), Optional.empty()));
    assertThat(models.aliased(project, READER, "champion")).isEmpty();
    assertThat(models.point(project, READER, "champion", new Models.Pointer(1)).aliases())
        .containsExactly("champion");
    assertThat(models.aliased(project, READER, "champion"))
        .map(ModelVersion::digest)
        .contains(version.digest());
    assertThatThrownBy(() -> models.point(project, READER, "champion", new Models.Pointer(9)))
        .isInstanceOf(NoSuchThing.class);
  }

  @Test
  void findsTheNewestVersionThatACommitMade() throws Exception {
    var commit = GitCommit.of("a".repeat(40));
    for (var name : List.of("one", "two")) {
      var run = runs.log(project, finished(name, Map.of(), Map.of(Run.COMMIT_TAG, commit.sha())));
      models.register(project, registration(name, Optional.of(run.id()), Optional.empty()));
    }
    var other = runs.log(project, finished("other", Map.of()));
    models.register(project, registration("other", Optional.of(other.id()), Optional.empty()));
    assertThat(models.ofCommit(project, READER, commit)).map(ModelVersion::number).contains(2);
    assertThat(models.ofCommit(project, READER, GitCommit.of("b".repeat(40)))).isEmpty();
    assertThat(models.ofCommit(project, Name.of("another"), commit)).isEmpty();
  }

  @Test
  void refusesModelsWhoseFilesAreNotThere() {
    var missing =
        new Models.Registration(
            READER,
            digest("nowhere"),
            ModelVersion.Format.ONNX,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());
    assertThatThrownBy(() -> models.register(project, missing))
        .isInstanceOf(InvalidRequest.class)
        .hasMessageContaining("is not in the object store");
    assertThatThrownBy(() -> models.version(project, READER, 1)).isInstanceOf(NoSuchThing.class);
    assertThatThrownBy(() -> lineage.why(project, digest("nowhere")))
        .isInstanceOf(NoSuchThing.class);
  }

  @Test
  void givesAndChecksTokens() {
    var token =
        tokens.issue(
            new Access.TokenRequest("ada", project.text(), Set.of(Caller.Role.ENGINEER), 7));
    assertThat(tokens.authenticate(new Access.Presented(token.token())))
        .contains(new Caller("ada", project.text(), Set.of(Caller.Role.ENGINEER)));
    assertThat(tokens.authenticate(new Access.Presented("fov_no"))).isEmpty();
    assertThat(tokens.tokens()).extracting(Access.Token::id).contains(token.id());
    tokens.revoke(token.id());
    assertThat(tokens.authenticate(new Access.Presented(token.token()))).isEmpty();
    assertThatThrownBy(
            () -> tokens.issue(new Access.TokenRequest("ada", "*", Set.of(Caller.Role.ADMIN), 7)))
        .isInstanceOf(NotAllowed.class);
  }

  private Runs.Finished finished(String name, Map<String, List<Double>> metrics) {
    return finished(name, metrics, Map.of("fovea.job", "retrain"));
  }

  private Runs.Finished finished(
      String name, Map<String, List<Double>> metrics, Map<String, String> tags) {
    return new Runs.Finished(
        digest(name + project),
        name,
        "jobs",
        Map.of("lr", "0.1"),
        metrics,
        tags,
        List.of(new Runs.DatasetVersionUse(DIGITS, dataset)),
        START,
        START.plusSeconds(60));
  }

  private Models.Registration registration(
      String content, Optional<String> run, Optional<Digest> from) throws Exception {
    var stored = objects.put((content + project).getBytes(StandardCharsets.UTF_8));
    return new Models.Registration(
        READER, stored, ModelVersion.Format.ONNX, run, Optional.empty(), Optional.empty(), from);
  }

  private static Digest digest(String content) {
    return Digest.sha256(content.getBytes(StandardCharsets.UTF_8));
  }
}
