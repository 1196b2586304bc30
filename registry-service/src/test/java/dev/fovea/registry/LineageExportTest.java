package dev.fovea.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.registry.lineage.LineageLinks;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class LineageExportTest extends RegistryTest {
  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Map<String, List<String>> RELATIONS =
      Map.of(
          "wasDerivedFrom", List.of("prov:generatedEntity", "prov:usedEntity"),
          "used", List.of("prov:activity", "prov:entity"),
          "wasGeneratedBy", List.of("prov:entity", "prov:activity"),
          "wasInformedBy", List.of("prov:informed", "prov:informant"));

  private final Name project = project();
  private final LineageNode commit = node(Kind.COMMIT, "c0ffee");
  private final LineageNode dataset = node(Kind.DATASET_VERSION, "digits 1");
  private final LineageNode run = node(Kind.RUN, "run \"night\" \u2028 </script>");
  private final LineageNode model = node(Kind.MODEL_VERSION, "digit-reader 1");
  private final LineageNode int8 = node(Kind.VARIANT, "digit-reader 1 int8");
  private final LineageNode release = node(Kind.RELEASE, "release of digit-reader 1");
  private final LineageNode rollout = node(Kind.ROLLOUT, "digit-reader 1");

  @Autowired private LineageLinks links;
  @Autowired private Lineage lineage;

  private void chain() {
    draw(commit, "brought by", dataset, 0);
    draw(dataset, "trained on", run, 1);
    draw(run, "made by", model, 2);
    draw(model, "quantized from", int8, 3);
    draw(model, "released from", release, 4);
    draw(dataset, "judged on", release, 4);
    draw(release, "rolled out by", rollout, 5);
    draw(int8, "served by", rollout, 5);
  }

  @Test
  void provHasEveryThingAndEveryArrowOnce() {
    chain();
    var prov = prov(export(model, "prov", "both"));
    assertThat(prov.things.keySet())
        .containsExactlyInAnyOrder(
            id(commit), id(dataset), id(run), id(model), id(int8), id(release), id(rollout));
    assertThat(prov.arrows)
        .as("what came of the dataset without the model is not around it")
        .containsExactlyInAnyOrder(
            "wasDerivedFrom brought by",
            "used trained on",
            "wasGeneratedBy made by",
            "wasDerivedFrom quantized from",
            "used released from",
            "wasInformedBy rolled out by",
            "used served by");
    assertThat(prov.things.get(id(run)).get("prov:label").asString()).isEqualTo(run.label());
    assertThat(prov.things.get(id(dataset)).at("/prov:type/$").asString())
        .isEqualTo("fovea:DatasetVersion");
    assertThat(prov(export(dataset, "prov", "both")).arrows).contains("used judged on");
  }

  @Test
  void isAskedEachWayFromAnyThing() {
    chain();
    assertThat(prov(export(model, "prov", "back")).things.keySet())
        .containsExactlyInAnyOrder(id(commit), id(dataset), id(run), id(model));
    assertThat(prov(export(model, "prov", "onward")).things.keySet())
        .containsExactlyInAnyOrder(id(model), id(int8), id(release), id(rollout));
    for (var each : List.of(commit, dataset, run, model, int8, release, rollout)) {
      assertThat(prov(export(each, "prov", "both")).things).containsKey(id(each));
      events(export(each, "openlineage", "both"));
    }
  }

  @Test
  void openLineageTellsWhatWentInAndWhatCameOut() {
    chain();
    var events = events(export(dataset, "openlineage", "both"));
    assertThat(events)
        .extracting(event -> event.at("/job/name").asString())
        .containsExactly(
            "brought by",
            "run " + run.label(),
            "quantized from",
            "release release of digit-reader 1",
            "rollout digit-reader 1");
    var training = events.get(1);
    assertThat(training.at("/inputs/0/name").asString()).isEqualTo(dataset.digest().hex());
    assertThat(training.at("/inputs/0/namespace").asString())
        .isEqualTo("fovea://%s/dataset-version".formatted(project));
    assertThat(training.at("/outputs/0/name").asString()).isEqualTo(model.digest().hex());
    assertThat(training.at("/outputs/0/facets/documentation/description").asString())
        .isEqualTo("digit-reader 1");
    assertThat(events.get(4).at("/run/facets/jobDependencies/upstream/0/run/runId").asString())
        .isEqualTo(events.get(3).at("/run/runId").asString());
  }

  @Test
  void theSameGraphIsTheSameBytesHoweverItCame() {
    chain();
    var first = List.of(bytes(model, "prov"), bytes(model, "openlineage"));
    JdbcClient.create(database)
        .sql(
            "create temp table kept as select * from registry.lineage_link where project = '%1$s'; delete from registry.lineage_link where project = '%1$s'; insert into registry.lineage_link select * from kept order by at desc; drop table kept"
                .formatted(project))
        .update();
    assertThat(List.of(bytes(model, "prov"), bytes(model, "openlineage"))).isEqualTo(first);
  }

  @Test
  void circlesAreOpenedAndTheArrowThatReturnsIsNamed() {
    var second = node(Kind.DATASET_VERSION, "digits 2");
    draw(dataset, "follows", second, 0);
    // Reset to what it was: the third version has the digest of the first.
    draw(second, "follows", dataset, 1);
    draw(dataset, "trained on", run, 2);
    draw(run, "made by", dataset, 3);
    var answer = export(second, "prov", "both");
    assertThat(answer.header("Fovea-Returning")).isEqualTo("2");
    var prov = prov(answer);
    assertThat(prov.arrows).containsExactlyInAnyOrder("wasDerivedFrom follows", "used trained on");
    assertThat(prov.things.get(id(dataset)).get("fovea:returns").toString())
        .isEqualTo("[\"follows %s\",\"made by %s\"]".formatted(id(second), id(run)));
    assertThat(events(export(second, "openlineage", "both")).toString()).contains("\"returns\"");
    draw(int8, "is itself", int8, 4);
    assertThat(prov(export(int8, "prov", "both")).arrows).isEmpty();
  }

  @Test
  void whatTheGraphDoesNotKnowIsNamed() {
    chain();
    JdbcClient.create(database)
        .sql("delete from registry.lineage_node where project = ? and digest = ?")
        .params(project.text(), dataset.digest().toString())
        .update();
    var prov = prov(export(model, "prov", "both"));
    assertThat(prov.things.get(id(dataset)).get("fovea:unknown").asBoolean()).isTrue();
    assertThat(prov.things.get(id(dataset)).get("prov:label").asString())
        .isEqualTo("dataset-version " + dataset.digest().abbreviated());
    assertThat(events(export(model, "openlineage", "both")).toString())
        .contains("\"unknown\":true");
  }

  @Test
  void endsAtTwentyThousandArrowsAndSaysWhereMoreAre() {
    JdbcClient.create(database)
        .sql(
            """
            with runs as (select 'sha256:' || encode(sha256(convert_to('run ' || n, 'UTF8')), 'hex') as digest, n
              from generate_series(1, 20100) n),
            nodes as (insert into registry.lineage_node (project, digest, kind, label, named, at)
              select :project, digest, 'RUN', 'run ' || n, true, now() from runs
              union all select :project, :hub, 'DATASET_VERSION', 'hub', true, now())
            insert into registry.lineage_link (project, from_digest, from_kind, verb, to_digest, to_kind, at)
              select :project, :hub, 'DATASET_VERSION', 'trained on', digest, 'RUN', now() from runs
            """)
        .param("project", project.text())
        .param("hub", dataset.digest().toString())
        .update();
    var answer = export(dataset, "prov", "both");
    assertThat(answer.header("Fovea-Arrows")).isEqualTo("20000");
    assertThat(answer.header("Fovea-Cut"))
        .as("the hub and those that it led to")
        .isEqualTo("20001");
    var prov = prov(answer);
    assertThat(prov.arrows).hasSize(20_000);
    assertThat(prov.things.get(id(dataset)).get("fovea:more").asBoolean()).isTrue();
    assertThat(lineage.rollouts(project, dataset.digest()).complete()).isFalse();
  }

  @Test
  void refusesWhatItDoesNotKnow() {
    chain();
    var mlflow = mlflow(project);
    assertThat(status(mlflow, model.digest() + "/export?format=dot")).isEqualTo(422);
    assertThat(status(mlflow, model.digest() + "/export")).isEqualTo(422);
    assertThat(status(mlflow, model.digest() + "/export?format=prov&direction=up")).isEqualTo(422);
    assertThat(status(mlflow, Digest.sha256(new byte[] {1}) + "/export?format=prov&direction=both"))
        .isEqualTo(404);
    var other = project();
    assertThat(
            mlflow(other)
                .send(
                    "GET",
                    "/api/v1/projects/%s/lineage/%s/export?format=prov"
                        .formatted(other, model.digest()),
                    new byte[0],
                    "")
                .status())
        .isEqualTo(404);
  }

  @Test
  void saysWhichRolloutsHoldADatasetAndByWhichWay() {
    chain();
    var judged = node(Kind.DATASET_VERSION, "held out 1");
    draw(judged, "judged on", release, 4);
    var seen = node(Kind.FRAME, "frame 1");
    var next = node(Kind.DATASET_VERSION, "digits 2");
    var later = node(Kind.VARIANT, "digit-reader 2 int8");
    var second = node(Kind.ROLLOUT, "digit-reader 2");
    draw(rollout, "seen by", seen, 6);
    draw(seen, "committed from", next, 7);
    draw(next, "trained on", later, 8);
    draw(later, "served by", second, 9);
    var reach = lineage.rollouts(project, dataset.digest());
    assertThat(reach.complete()).isTrue();
    assertThat(reach.ways()).extracting(Lineage.Way::rollout).containsExactly(rollout);
    assertThat(reach.ways().getFirst().arrows())
        .extracting(LineageLinked::verb)
        .containsExactly("trained on", "made by", "quantized from", "served by");
    assertThat(lineage.rollouts(project, judged.digest()).ways())
        .as("a model that was judged on it does not hold it")
        .isEmpty();
    assertThat(lineage.rollouts(project, seen.digest()).ways())
        .extracting(Lineage.Way::rollout)
        .containsExactly(second);
    draw(dataset, "followed by", next, 7);
    assertThat(lineage.rollouts(project, dataset.digest()).ways())
        .extracting(Lineage.Way::rollout)
        .containsExactlyInAnyOrder(rollout, second);
  }

  /** PROV-JSON as any reader must find it. */
  private record Prov(Map<String, JsonNode> things, List<String> arrows) {}

  private static Prov prov(Mlflow.Answer answer) {
    var document = answer.json();
    var things = new HashMap<String, JsonNode>();
    var activities = new TreeSet<String>();
    document
        .path("entity")
        .properties()
        .forEach(each -> things.put(each.getKey(), each.getValue()));
    document
        .path("activity")
        .properties()
        .forEach(each -> {
          assertThat(things.put(each.getKey(), each.getValue())).isNull();
          activities.add(each.getKey());
        });
    var arrows = new ArrayList<String>();
    var ids = new HashSet<String>();
    Map<String, Set<String>> onward = new HashMap<>();
    RELATIONS.forEach((relation, ends) ->
        document
            .path(relation)
            .properties()
            .forEach(each -> {
              assertThat(ids.add(each.getKey())).isTrue();
              assertThat(each.getKey()).startsWith("_:");
              var newer = each.getValue().get(ends.get(0)).asString();
              var older = each.getValue().get(ends.get(1)).asString();
              assertThat(things).containsKeys(newer, older);
              assertThat(activities.contains(newer))
                  .isEqualTo(relation.equals("used") || relation.equals("wasInformedBy"));
              assertThat(activities.contains(older))
                  .isEqualTo(relation.equals("wasGeneratedBy") || relation.equals("wasInformedBy"));
              onward.computeIfAbsent(older, _ -> new HashSet<>()).add(newer);
              arrows.add(relation + " " + each.getValue().get("fovea:verb").asString());
            }));
    assertNoCircle(things.keySet(), onward);
    assertThat(document.propertyNames())
        .isSubsetOf(
            "prefix",
            "entity",
            "activity",
            "wasDerivedFrom",
            "used",
            "wasGeneratedBy",
            "wasInformedBy");
    return new Prov(things, arrows);
  }

  /** Takes away, again and again, what nothing older leads to. */
  private static void assertNoCircle(Set<String> things, Map<String, Set<String>> onward) {
    var left = new HashSet<>(things);
    while (true) {
      var later = new HashSet<String>();
      onward.forEach((from, to) -> {
        if (left.contains(from)) {
          later.addAll(to);
        }
      });
      if (!left.removeIf(thing -> !later.contains(thing))) {
        break;
      }
    }
    assertThat(left).as("things in circles").isEmpty();
  }

  private static List<JsonNode> events(Mlflow.Answer answer) {
    var text = new String(answer.body(), StandardCharsets.UTF_8);
    assertThat(text.isEmpty() || text.endsWith("\n")).isTrue();
    var events = text.lines().map(line -> JsonMapper.shared().readTree(line)).toList();
    for (var event : events) {
      assertThat(event.propertyNames())
          .contains("eventType", "eventTime", "producer", "schemaURL", "run", "job");
      assertThat(UUID.fromString(event.at("/run/runId").asString())).isNotNull();
      assertThat(Instant.parse(event.get("eventTime").asString())).isAfter(Instant.EPOCH);
      assertThat(event.at("/job/name").asString()).isNotEmpty();
    }
    return events;
  }

  private String bytes(LineageNode node, String format) {
    return new String(export(node, format, "both").body(), StandardCharsets.UTF_8);
  }

  private Mlflow.Answer export(LineageNode node, String format, String direction) {
    var answer =
        mlflow(project)
            .send(
                "GET",
                "/api/v1/projects/%s/lineage/%s/export?format=%s&direction=%s"
                    .formatted(project, node.digest(), format, direction),
                new byte[0],
                "");
    assertThat(answer.status()).isEqualTo(200);
    return answer;
  }

  private int status(Mlflow mlflow, String rest) {
    return mlflow
        .send("GET", "/api/v1/projects/%s/lineage/%s".formatted(project, rest), new byte[0], "")
        .status();
  }

  private static String id(LineageNode node) {
    return "fovea:%s.%s"
        .formatted(
            node.kind().name().toLowerCase(Locale.ROOT).replace('_', '-'), node.digest().hex());
  }

  private LineageNode node(Kind kind, String label) {
    return LineageNode.named(kind, label + project, label);
  }

  private void draw(LineageNode from, String verb, LineageNode to, int minute) {
    links.draw(new LineageLinked(project, from, verb, to, NOON.plusSeconds(60L * minute)));
  }
}
