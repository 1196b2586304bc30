package dev.fovea.cli.imports.wandb;

import dev.fovea.cli.imports.source.Each;
import dev.fovea.cli.imports.source.Pair;
import dev.fovea.cli.imports.source.Point;
import dev.fovea.cli.imports.source.Remarks;
import dev.fovea.cli.imports.source.Tree;
import dev.fovea.kernel.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;

/**
 * What one {@code run-….wandb} file says, record by record (wandb_internal.proto). Its history is
 * not held: it is read again when points are asked for.
 */
final class RunFile {
  // Record
  private static final int HISTORY = 2;
  private static final int SUMMARY = 3;
  private static final int CONFIG = 5;
  private static final int STATS = 7;
  private static final int ARTIFACT = 8;
  private static final int RUN = 17;
  private static final int EXIT = 18;
  private static final int ENVIRONMENT = 26;

  private static final int MOST_KEYS = 100_000;

  private final Tree tree;
  private final Path file;
  private final long size;
  private final Remarks remarks;

  private final Map<String, String> run = new LinkedHashMap<>();
  private final Map<String, JsonNode> config = new TreeMap<>();
  private final Map<String, JsonNode> summary = new TreeMap<>();
  private final Map<String, Double> last = new TreeMap<>();
  private final TreeSet<String> artifacts = new TreeSet<>();
  private long stats;
  private long beganMillis;
  private long lastMillis;
  private long lastStep;
  private Integer exit = NOT_ENDED;

  private static final Integer NOT_ENDED = Integer.MIN_VALUE;

  private RunFile(Tree tree, Path file, long size, Remarks remarks) {
    this.tree = tree;
    this.file = file;
    this.size = size;
    this.remarks = remarks;
  }

  /** Reads all but the points. */
  static RunFile read(Tree tree, Path file, Remarks remarks) throws IOException {
    var read = new RunFile(tree, file, Files.size(file), remarks);
    read.each(remarks, read::take);
    return read;
  }

  private void each(Remarks told, Each<Message> each) throws IOException {
    try (var in = tree.open(file)) {
      new RecordLog(tree.shown(file), told).read(in, size, bytes -> each.take(Message.of(bytes)));
    }
  }

  private void take(Message record) throws IOException {
    var found = record.message(RUN);
    if (found.isPresent()) {
      run(found.get());
    }
    for (var each : record.messages(CONFIG)) {
      config(each);
    }
    for (var each : record.messages(SUMMARY)) {
      summary(each);
    }
    for (var each : record.messages(HISTORY)) {
      history(
          each,
          remarks,
          (key, value, millis, step) -> {
            lastMillis = Math.max(lastMillis, millis);
            lastStep = step;
            if (last.size() < MOST_KEYS || last.containsKey(key)) {
              last.put(key, value);
            }
          });
    }
    for (var each : record.messages(ARTIFACT)) {
      artifacts.add(each.text(5));
    }
    for (var each : record.messages(ENVIRONMENT)) {
      environment(each);
    }
    var ended = record.message(EXIT);
    if (ended.isPresent()) {
      exit = (int) ended.get().number(1);
      lastMillis = Math.max(lastMillis, beganMillis + ended.get().number(2) * 1_000);
    }
    stats += record.has(STATS) ? 1 : 0;
  }

  private void run(Message message) throws IOException {
    put("id", message.text(1));
    put("entity", message.text(2));
    put("project", message.text(3));
    put("wandb.group", message.text(6));
    put("wandb.job_type", message.text(7));
    put("name", message.text(8));
    put("mlflow.note.content", message.text(9));
    put("wandb.tags", String.join(", ", message.texts(10)));
    put("wandb.sweep", message.text(12));
    put("wandb.host", message.text(13));
    var began = message.message(17);
    if (began.isPresent()) {
      // Timestamp: seconds and nanoseconds.
      beganMillis = began.get().number(1) * 1_000 + began.get().number(2) / 1_000_000;
    }
    var git = message.message(21);
    if (git.isPresent()) {
      put("mlflow.source.git.repoURL", git.get().text(1));
      put("mlflow.source.git.commit", git.get().text(2));
    }
    var ofRun = message.message(4);
    if (ofRun.isPresent()) {
      config(ofRun.get());
    }
    var summaryOfRun = message.message(5);
    if (summaryOfRun.isPresent()) {
      summary(summaryOfRun.get());
    }
  }

  private void environment(Message message) throws IOException {
    put("mlflow.source.name", message.text(6));
    put("user", message.text(13));
    var git = message.message(9);
    if (git.isPresent()) {
      put("mlflow.source.git.repoURL", git.get().text(1));
      put("mlflow.source.git.commit", git.get().text(2));
    }
  }

  private void put(String key, String value) {
    if (!value.isEmpty()) {
      run.put(key, value);
    }
  }

  private void config(Message message) throws IOException {
    merge(config, message);
  }

  private void summary(Message message) throws IOException {
    merge(summary, message);
  }

  /** Keys go and come whole: what was below a key goes when it is set anew. */
  private void merge(Map<String, JsonNode> into, Message message) throws IOException {
    for (var item : Item.of(message.messages(2))) {
      forget(into, item.key());
    }
    for (var item : Item.of(message.messages(1))) {
      forget(into, item.key());
      Values.leaves(
          item.key(),
          item.value(),
          (key, value) -> {
            if (into.size() < MOST_KEYS) {
              into.put(key, value);
            } else {
              remarks.fault(
                  "%s has more than %d values of one kind".formatted(tree.shown(file), MOST_KEYS));
            }
          });
    }
  }

  private static void forget(Map<String, JsonNode> from, String key) {
    from.remove(key);
    from.keySet().removeIf(other -> other.startsWith(key + "."));
  }

  /** Is told of one number of the history. */
  private interface Told {
    void of(String key, double value, long millis, long step) throws IOException;
  }

  private void history(Message message, Remarks told, Told to) throws IOException {
    var items = Item.of(message.messages(1));
    long step = message.message(2).map(each -> each.number(1)).orElse(0L);
    long millis = beganMillis;
    for (var item : items) {
      switch (item.key()) {
        case "_timestamp" -> millis = Math.round(item.value().asDouble(0) * 1_000);
        case "_step" -> step = item.value().asLong(step);
        default -> {}
      }
    }
    for (var item : items) {
      if (item.key().startsWith("_")) {
        continue;
      }
      long at = millis;
      long on = step;
      Values.leaves(
          item.key(),
          item.value(),
          (key, value) -> {
            var number = Values.number(value);
            if (number.isPresent()) {
              to.of(key, number.getAsDouble(), at, on);
            } else {
              other(told, key, value);
            }
          });
    }
  }

  private void other(Remarks told, String key, JsonNode value) {
    var type = value.path("_type").asString("");
    told.note(
        "history '%s' of run %s has %s: %s"
            .formatted(
                Text.excerpt(key),
                Text.excerpt(id()),
                type.isEmpty()
                    ? "values that are no numbers"
                    : "values of type " + Text.excerpt(type),
                type.endsWith("-file")
                    ? "the files are artifacts here, without their steps"
                    : "they have no place here"));
  }

  /** Every point: the history's, and what the summary has that the history has not. */
  void points(Each<Point> each) throws IOException {
    // Whatever there is to say was said when it was read the first time.
    var silent = new Remarks();
    each(
        silent,
        record -> {
          for (var message : record.messages(HISTORY)) {
            history(
                message,
                silent,
                (key, value, millis, step) -> each.take(new Point(key, value, millis, step)));
          }
        });
    for (var entry : summary.entrySet()) {
      var number = Values.number(entry.getValue());
      if (number.isPresent() && isOwn(entry.getKey())) {
        each.take(
            new Point(
                entry.getKey(), number.getAsDouble(), Math.max(lastMillis, beganMillis), lastStep));
      }
    }
  }

  private boolean isOwn(String key) {
    return !key.startsWith("_") && !last.containsKey(key);
  }

  /** What was configured. */
  List<Pair> params() {
    var params = new ArrayList<Pair>();
    config.forEach((key, value) -> {
      if (!key.equals("_wandb") && !key.startsWith("_wandb.")) {
        params.add(new Pair(key, Values.text(value)));
      }
    });
    return List.copyOf(params);
  }

  /** What else is known of the run, and what of its summary is no number or another one. */
  List<Pair> tags() {
    var tags = new ArrayList<Pair>();
    run.forEach((key, value) -> {
      if (key.contains(".")) {
        tags.add(new Pair(key, value));
      }
    });
    summary.forEach((key, value) -> {
      var number = Values.number(value);
      var type = value.path("_type").asString("");
      boolean said =
          number.isPresent()
              ? isOwn(key)
                  || number.getAsDouble() == last.getOrDefault(key, Double.NaN)
                  || Double.isNaN(number.getAsDouble())
              : !type.isEmpty();
      if (!key.startsWith("_") && !said) {
        tags.add(new Pair("wandb.summary." + key, Values.text(value)));
      }
    });
    tags.add(new Pair("wandb.exit", ended() ? Integer.toString(exit) : "none"));
    return List.copyOf(tags);
  }

  /** Says what of it has no place here. */
  void remark() {
    if (stats > 0) {
      remarks.note(
          "%d samples of system metrics of run %s are left out"
              .formatted(stats, Text.excerpt(id())));
    }
    for (var artifact : artifacts) {
      remarks.note(
          "W&B artifact '%s' of run %s has no place here: its files are not in the run's folder"
              .formatted(Text.excerpt(artifact), Text.excerpt(id())));
    }
    if (!ended()) {
      remarks.note(
          "run %s has no end, since it crashed or still runs: it is KILLED here until an import finds one"
              .formatted(Text.excerpt(id())));
    }
  }

  boolean ended() {
    return !exit.equals(NOT_ENDED);
  }

  String status() {
    return !ended() ? "KILLED" : exit == 0 ? "FINISHED" : "FAILED";
  }

  long beganMillis() {
    return beganMillis;
  }

  long lastMillis() {
    return Math.max(lastMillis, beganMillis);
  }

  String id() {
    return run.getOrDefault("id", "");
  }

  String name() {
    return run.getOrDefault("name", id());
  }

  String user() {
    return run.getOrDefault("user", run.getOrDefault("entity", ""));
  }

  /** Its project, with whose it is. */
  String project() {
    var project = run.getOrDefault("project", "uncategorized");
    return run.containsKey("entity") ? run.get("entity") + "/" + project : project;
  }

  /** The folder with its files. */
  Path folder() {
    return Objects.requireNonNull(file.getParent(), "it is in a folder");
  }
}
