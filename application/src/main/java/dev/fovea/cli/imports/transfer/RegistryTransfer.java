package dev.fovea.cli.imports.transfer;

import dev.fovea.cli.imports.rest.Json;
import dev.fovea.cli.imports.rest.Refusal;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.RegisteredModel;
import dev.fovea.cli.imports.source.RegisteredModel.Version;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Brings registered models. A version keeps its number: numbers that the source no longer has are
 * used up by versions that are deleted at once. A model that others made here is left alone.
 */
final class RegistryTransfer {
  private static final int MOST_GAPS = 1_000;
  private static final String NO_STAGE = "None";

  private final String kind;
  private final Fovea fovea;
  private final Remarks remarks;
  private final Tally inSource;
  private final Tally here;
  private final Ids ids;
  private final Places places;
  private final Labels labels;

  RegistryTransfer(String kind, Fovea fovea, Remarks remarks, Tally inSource, Tally here, Ids ids) {
    this.kind = kind;
    this.fovea = fovea;
    this.remarks = remarks;
    this.inSource = inSource;
    this.here = here;
    this.ids = ids;
    this.places = new Places(ids);
    this.labels = new Labels(remarks);
  }

  /** Brings one model. */
  void bring(RegisteredModel model) throws IOException {
    var whose = "model '%s'".formatted(Text.excerpt(model.name()));
    inSource.model();
    model.versions().forEach(_ -> inSource.version());
    model.aliases().forEach(_ -> inSource.alias());
    try {
      if (make(whose, model)) {
        versions(whose, model);
        aliases(whose, model);
      }
    } catch (Refusal e) {
      if (e.status() == 0 || e.status() >= 500 || e.status() == 401) {
        throw e;
      }
      remarks.fault("%s: %s".formatted(whose, e.explanation()));
    }
  }

  private boolean make(String whose, RegisteredModel model) throws IOException {
    var name = kind + ":" + model.name();
    var there = fovea.registeredModel(model.name());
    if (there.isEmpty()) {
      var body = new LinkedHashMap<String, Object>();
      body.put("name", model.name());
      body.put("tags", Labels.with(List.of(), name));
      model.description().ifPresent(text -> body.put("description", text));
      fovea.create("registered-models/create", body);
    }
    var tags = Json.map(there.map(found -> found.path("tags")).orElse(nothing()));
    if (there.isPresent() && !name.equals(tags.get(Fovea.SOURCE_TAG))) {
      remarks.fault(
          "%s is here already and was not imported from there: it is left as it is; rename one of the two"
              .formatted(whose));
      return false;
    }
    for (var tag : held(whose, model.tags())) {
      if (!tags.containsKey(tag.key())) {
        fovea.write(
            "registered-models/set-tag",
            Map.of("name", model.name(), "key", tag.key(), "value", tag.value()));
      }
    }
    here.model();
    return true;
  }

  private List<Pair> held(String whose, List<Pair> tags) {
    return labels.held("tag", whose, tags, Labels.REGISTRY_TAG_CHARS);
  }

  private static JsonNode nothing() {
    return MissingNode.getInstance();
  }

  private void versions(String whose, RegisteredModel model) throws IOException {
    var there = new HashMap<Integer, JsonNode>();
    for (var version : fovea.versions(model.name())) {
      int number = Integer.parseInt(version.path("version").asString("0"));
      if (isGap(model.name(), number, version)) {
        // What an import left that was ended between two calls.
        fovea.deleteVersion(model.name(), number);
      } else {
        there.put(number, version);
      }
    }
    int last = there.keySet().stream().mapToInt(number -> number).max().orElse(0);
    for (var version : model.versions()) {
      var found = there.get(version.number());
      if (found == null) {
        var place = places.here(version.source()).or(() -> places.here(version.place()));
        if (place.isEmpty()) {
          remarks.fault(
              "version %d of %s: its files are at '%s', which is no run's or logged model's of this source"
                  .formatted(version.number(), whose, Text.excerpt(version.source())));
          continue;
        }
        if (version.number() < last || version.number() - last > MOST_GAPS) {
          remarks.fault(
              "version %d of %s cannot have its number: the newest here is %d"
                  .formatted(version.number(), whose, last));
          continue;
        }
        found = create(whose, model.name(), version, place.get());
        if (found.isMissingNode()) {
          continue;
        }
      } else if (!source(found).equals(identity(model.name(), version))) {
        remarks.fault(
            "version %d of %s is here already and was not imported from there: it is left as it is"
                .formatted(version.number(), whose));
        continue;
      }
      last = Math.max(last, version.number());
      label(model.name(), version, found);
      here.version();
    }
  }

  /** Whether it was made only to use up its number. */
  private boolean isGap(String name, int number, JsonNode version) {
    var model = "%s:%s/".formatted(kind, name);
    return source(version).startsWith(model)
        && !source(version).startsWith("%s%d:".formatted(model, number));
  }

  private static String source(JsonNode there) {
    return Json.map(there.path("tags")).getOrDefault(Fovea.SOURCE_TAG, "");
  }

  /** What tells a version from that of another source with the same model's name. */
  private String identity(String name, Version version) {
    var sum = new CRC32();
    sum.update(version.source().getBytes(StandardCharsets.UTF_8));
    return "%s:%s/%d:%08x".formatted(kind, name, version.number(), sum.getValue());
  }

  private JsonNode create(String whose, String name, Version version, String place)
      throws IOException {
    var body = new LinkedHashMap<String, Object>();
    body.put("name", name);
    body.put("source", place);
    if (place.startsWith("runs:/")) {
      version.run().flatMap(ids::run).ifPresent(run -> body.put("run_id", run));
    }
    body.put("description", version.description());
    body.put("tags", Labels.with(List.of(), identity(name, version)));
    for (int tries = 0; tries <= MOST_GAPS; tries++) {
      var made = fovea.create("model-versions/create", body).path("model_version");
      int number = Integer.parseInt(made.path("version").asString("0"));
      if (number == version.number()) {
        return made;
      }
      fovea.deleteVersion(name, number);
      if (number > version.number()) {
        remarks.fault(
            "version %d of %s cannot have its number: the next one here is %d"
                .formatted(version.number(), whose, number + 1));
        return nothing();
      }
    }
    return nothing();
  }

  private void label(String name, Version version, JsonNode there) throws IOException {
    var number = Integer.toString(version.number());
    var tags = Json.map(there.path("tags"));
    for (var tag : held("version %s of '%s'".formatted(number, name), version.tags())) {
      if (!tags.containsKey(tag.key())) {
        fovea.write(
            "model-versions/set-tag",
            Map.of("name", name, "version", number, "key", tag.key(), "value", tag.value()));
      }
    }
    var stage = version.stage();
    if (!stage.isEmpty()
        && !stage.equals(NO_STAGE)
        && there.path("current_stage").asString(NO_STAGE).equals(NO_STAGE)) {
      fovea.write(
          "model-versions/transition-stage",
          Map.of(
              "name", name, "version", number, "stage", stage, "archive_existing_versions", false));
    }
  }

  private void aliases(String whose, RegisteredModel model) throws IOException {
    var there = new HashMap<String, String>();
    for (var alias : fovea.registeredModel(model.name()).orElse(nothing()).path("aliases")) {
      there.put(alias.path("alias").asString(""), alias.path("version").asString(""));
    }
    for (var alias : model.aliases()) {
      var points = Optional.ofNullable(there.get(alias.key()));
      if (points.isEmpty()) {
        fovea.write(
            "registered-models/alias",
            Map.of("name", model.name(), "alias", alias.key(), "version", alias.value()));
        here.alias();
      } else if (points.get().equals(alias.value())) {
        here.alias();
      } else {
        // Somebody may have promoted another version here since: that is not undone.
        remarks.fault(
            "alias '%s' of %s points to version %s here and to %s in the source; it is left as it is"
                .formatted(Text.excerpt(alias.key()), whose, points.get(), alias.value()));
      }
    }
  }
}
