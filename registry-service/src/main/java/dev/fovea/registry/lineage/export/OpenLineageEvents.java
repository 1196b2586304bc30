package dev.fovea.registry.lineage.export;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.json.JsonMapper;

/**
 * OpenLineage 2-0-2 run events, one a line: a run, stage, release or rollout is a run with what
 * went in and what came out; so is the making of anything else from what it was made of.
 */
final class OpenLineageEvents {
  private static final String PRODUCER = "fovea://registry/lineage";
  private static final String SPEC = "https://openlineage.io/spec/";
  private static final String EVENT = SPEC + "2-0-2/OpenLineage.json#/$defs/RunEvent";
  private static final String RUN_FACET = SPEC + "2-0-2/OpenLineage.json#/$defs/RunFacet";
  private static final String DATASET_FACET = SPEC + "2-0-2/OpenLineage.json#/$defs/DatasetFacet";
  private static final String DOCUMENTATION =
      SPEC + "facets/1-1-0/DocumentationDatasetFacet.json#/$defs/DocumentationDatasetFacet";
  private static final String VERSION =
      SPEC + "facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet";
  private static final String DEPENDENCIES =
      SPEC + "facets/1-0-1/JobDependenciesRunFacet.json#/$defs/JobDependenciesRunFacet";
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder().disable(StreamWriteFeature.AUTO_CLOSE_TARGET).build())
          .build();

  private final ExportedGraph graph;
  private final Map<Thing, Set<String>> returning = new TreeMap<>();

  private OpenLineageEvents(ExportedGraph graph) {
    this.graph = graph;
    for (var arrow : graph.returning()) {
      returning
          .computeIfAbsent(arrow.to(), _ -> new TreeSet<>())
          .add("%s %s %s".formatted(arrow.verb(), arrow.from().word(), arrow.from().digest()));
    }
  }

  /** What is known of the making of one thing. */
  private static final class Making {
    private final Set<Thing> inputs = new TreeSet<>();
    private final Set<Thing> outputs = new TreeSet<>();
    private final Set<Thing> after = new TreeSet<>();
    private final Set<String> verbs = new TreeSet<>();
    private Instant at = Instant.MIN;

    private void heardAt(Instant when) {
      at = at.isBefore(when) ? when : at;
    }
  }

  /** A run event before it is written. */
  private record Event(Thing of, Making making) {}

  /** Writes the graph. */
  static void write(ExportedGraph graph, OutputStream to) {
    var events = new OpenLineageEvents(graph);
    var described = new HashSet<Thing>();
    for (var event : events.events()) {
      try (var out = JSON.createGenerator(to)) {
        events.write(event, described, out);
        out.writeRaw('\n');
      }
    }
  }

  /** Oldest first. */
  private List<Event> events() {
    var makings = new TreeMap<Thing, Making>();
    for (var arrow : graph.arrows()) {
      if (arrow.to().isActivity()) {
        var making = makings.computeIfAbsent(arrow.to(), _ -> new Making());
        (arrow.from().isActivity() ? making.after : making.inputs).add(arrow.from());
        making.heardAt(arrow.at());
      } else if (!arrow.from().isActivity()) {
        var making = makings.computeIfAbsent(arrow.to(), _ -> new Making());
        making.inputs.add(arrow.from());
        making.outputs.add(arrow.to());
        making.verbs.add(arrow.verb());
        making.heardAt(arrow.at());
      }
      if (arrow.from().isActivity()) {
        var making = makings.computeIfAbsent(arrow.from(), _ -> new Making());
        making.heardAt(arrow.at());
        if (!arrow.to().isActivity()) {
          making.outputs.add(arrow.to());
        }
      }
    }
    var events = new ArrayList<Event>();
    makings.forEach((thing, making) -> events.add(new Event(thing, making)));
    events.sort(
        Comparator.<Event, Instant>comparing(event -> event.making().at).thenComparing(Event::of));
    return events;
  }

  private void write(Event event, Set<Thing> described, JsonGenerator out) {
    var making = event.making();
    out.writeStartObject();
    out.writeStringProperty("eventType", "COMPLETE");
    out.writeStringProperty("eventTime", making.at.toString());
    out.writeStringProperty("producer", PRODUCER);
    out.writeStringProperty("schemaURL", EVENT);
    out.writeObjectPropertyStart("run");
    out.writeStringProperty("runId", run(event.of()).toString());
    out.writeObjectPropertyStart("facets");
    dependencies(making, out);
    leftOut(event.of(), RUN_FACET, out);
    out.writeEndObject();
    out.writeEndObject();
    out.writeObjectPropertyStart("job");
    job(event.of(), making, out);
    out.writeEndObject();
    datasets("inputs", making.inputs, described, out);
    datasets("outputs", making.outputs, described, out);
    out.writeEndObject();
  }

  private void dependencies(Making making, JsonGenerator out) {
    if (making.after.isEmpty()) {
      return;
    }
    facet("jobDependencies", DEPENDENCIES, out);
    out.writeArrayPropertyStart("upstream");
    for (var before : making.after) {
      out.writeStartObject();
      out.writeObjectPropertyStart("job");
      job(before, new Making(), out);
      out.writeEndObject();
      out.writeObjectPropertyStart("run");
      out.writeStringProperty("runId", run(before).toString());
      out.writeEndObject();
      out.writeEndObject();
    }
    out.writeEndArray();
    out.writeEndObject();
  }

  /** What is known of a thing and is not in the events. */
  private void leftOut(Thing thing, String schema, JsonGenerator out) {
    var back = returning.getOrDefault(thing, Set.of());
    if (back.isEmpty() && !graph.isCut(thing) && !graph.isUnknown(thing)) {
      return;
    }
    facet("fovea_leftOut", schema, out);
    if (graph.isUnknown(thing)) {
      out.writeBooleanProperty("unknown", true);
    }
    if (graph.isCut(thing)) {
      out.writeBooleanProperty("more", true);
    }
    if (!back.isEmpty()) {
      out.writeArrayPropertyStart("returns");
      back.forEach(out::writeString);
      out.writeEndArray();
    }
    out.writeEndObject();
  }

  private void job(Thing thing, Making making, JsonGenerator out) {
    out.writeStringProperty("namespace", namespace("job"));
    out.writeStringProperty(
        "name",
        thing.isActivity()
            ? thing.word() + " " + graph.label(thing)
            : String.join(", ", making.verbs));
  }

  private void datasets(String field, Set<Thing> things, Set<Thing> described, JsonGenerator out) {
    out.writeArrayPropertyStart(field);
    for (var thing : things) {
      out.writeStartObject();
      out.writeStringProperty("namespace", namespace(thing.word()));
      out.writeStringProperty("name", thing.digest().hex());
      // Said once; each later mention is the same thing.
      if (described.add(thing)) {
        out.writeObjectPropertyStart("facets");
        facet("documentation", DOCUMENTATION, out);
        out.writeStringProperty("description", graph.label(thing));
        out.writeEndObject();
        facet("version", VERSION, out);
        out.writeStringProperty("datasetVersion", thing.digest().toString());
        out.writeEndObject();
        leftOut(thing, DATASET_FACET, out);
        out.writeEndObject();
      }
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void facet(String name, String schema, JsonGenerator out) {
    out.writeObjectPropertyStart(name);
    out.writeStringProperty("_producer", PRODUCER);
    out.writeStringProperty("_schemaURL", schema);
  }

  private String namespace(String what) {
    return "fovea://%s/%s".formatted(graph.project(), what);
  }

  private UUID run(Thing thing) {
    var text =
        "fovea-openlineage-1 %s %s %s".formatted(graph.project(), thing.kind(), thing.digest());
    return UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
  }
}
