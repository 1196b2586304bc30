package dev.fovea.registry.lineage.export;

import java.io.OutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.json.JsonMapper;

/**
 * W3C PROV in its JSON form (PROV-JSON, W3C member submission of 24 April 2013): runs, stages,
 * releases and rollouts are activities, everything else is an entity.
 */
final class ProvJson {
  private static final String NAMESPACE = "tag:fovea.dev,2026:lineage/";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final ExportedGraph graph;
  private final JsonGenerator out;

  private ProvJson(ExportedGraph graph, JsonGenerator out) {
    this.graph = graph;
    this.out = out;
  }

  /** Writes the graph. */
  static void write(ExportedGraph graph, OutputStream to) {
    try (var out = JSON.createGenerator(to)) {
      new ProvJson(graph, out).write();
    }
  }

  private void write() {
    out.writeStartObject();
    out.writeObjectPropertyStart("prefix");
    out.writeStringProperty("fovea", NAMESPACE);
    out.writeEndObject();
    things("entity", thing -> !thing.isActivity());
    things("activity", Thing::isActivity);
    for (var relation : Relation.values()) {
      relations(relation);
    }
    out.writeEndObject();
  }

  private void things(String section, Predicate<Thing> wanted) {
    var things = graph.labels().keySet().stream().filter(wanted).toList();
    if (things.isEmpty()) {
      return;
    }
    Map<Thing, List<Arrow>> returning =
        graph.returning().stream().collect(Collectors.groupingBy(Arrow::to));
    out.writeObjectPropertyStart(section);
    for (var thing : things) {
      out.writeObjectPropertyStart(id(thing));
      out.writeStringProperty("prov:label", graph.label(thing));
      out.writeObjectPropertyStart("prov:type");
      out.writeStringProperty("$", "fovea:" + type(thing));
      out.writeStringProperty("type", "prov:QUALIFIED_NAME");
      out.writeEndObject();
      out.writeStringProperty("fovea:digest", thing.digest().toString());
      if (graph.isUnknown(thing)) {
        out.writeBooleanProperty("fovea:unknown", true);
      }
      if (graph.isCut(thing)) {
        out.writeBooleanProperty("fovea:more", true);
      }
      var back = returning.getOrDefault(thing, List.of());
      if (!back.isEmpty()) {
        out.writeArrayPropertyStart("fovea:returns");
        back.forEach(arrow -> out.writeString(arrow.verb() + " " + id(arrow.from())));
        out.writeEndArray();
      }
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private void relations(Relation relation) {
    var arrows = graph.arrows().stream().filter(relation::tells).toList();
    if (arrows.isEmpty()) {
      return;
    }
    out.writeObjectPropertyStart(relation.section);
    int number = 0;
    for (var arrow : arrows) {
      out.writeObjectPropertyStart("_:" + relation.section + ++number);
      out.writeStringProperty(relation.newer, id(arrow.to()));
      out.writeStringProperty(relation.older, id(arrow.from()));
      out.writeStringProperty("fovea:verb", arrow.verb());
      if (relation.hasTime) {
        out.writeStringProperty("prov:time", arrow.at().toString());
      } else {
        out.writeObjectPropertyStart("fovea:at");
        out.writeStringProperty("$", arrow.at().toString());
        out.writeStringProperty("type", "xsd:dateTime");
        out.writeEndObject();
      }
      out.writeEndObject();
    }
    out.writeEndObject();
  }

  private static String id(Thing thing) {
    return "fovea:%s.%s".formatted(thing.word(), thing.digest().hex());
  }

  private static String type(Thing thing) {
    return Stream.of(thing.word().split("-"))
        .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
        .collect(Collectors.joining());
  }

  /** How PROV calls an arrow, by what its ends are. */
  private enum Relation {
    DERIVATION("wasDerivedFrom", "prov:generatedEntity", "prov:usedEntity", false, false, false),
    USE("used", "prov:activity", "prov:entity", false, true, true),
    GENERATION("wasGeneratedBy", "prov:entity", "prov:activity", true, false, true),
    COMMUNICATION("wasInformedBy", "prov:informed", "prov:informant", true, true, false);

    private final String section;
    private final String newer;
    private final String older;
    private final boolean fromActivity;
    private final boolean toActivity;
    private final boolean hasTime;

    Relation(
        String section,
        String newer,
        String older,
        boolean fromActivity,
        boolean toActivity,
        boolean hasTime) {
      this.section = section;
      this.newer = newer;
      this.older = older;
      this.fromActivity = fromActivity;
      this.toActivity = toActivity;
      this.hasTime = hasTime;
    }

    boolean tells(Arrow arrow) {
      return arrow.from().isActivity() == fromActivity && arrow.to().isActivity() == toActivity;
    }
  }
}
