package dev.fovea.web.runs;

import dev.fovea.registry.Run;
import dev.fovea.web.Figures;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs side by side.
 *
 * @param params those that some run has, by name
 * @param metrics the latest values, by name
 */
record Comparison(List<RunLook> runs, List<Row> params, List<Row> metrics) {
  static final String PARAM = "p:";
  static final String METRIC = "m:";
  private static final int USUAL_PARAMS = 5;
  private static final int USUAL_METRICS = 3;
  private static final Figures FIGURES = new Figures();

  /**
   * One parameter or metric.
   *
   * @param cells a value for each run; absent where it has none
   * @param differs whether not all runs have the same
   */
  record Row(String name, List<Optional<String>> cells, boolean differs) {}

  static Comparison of(List<RunLook> runs) {
    return new Comparison(
        runs,
        rows(runs, Run::params, text -> text),
        rows(runs, Run::metrics, value -> Double.isNaN(value) ? "NaN" : FIGURES.number(value)));
  }

  /** The same with the rows that differ alone. */
  Comparison differing() {
    return new Comparison(
        runs,
        params.stream().filter(Row::differs).toList(),
        metrics.stream().filter(Row::differs).toList());
  }

  /** What a comparison's axes are while nobody has chosen: what differs, inputs before outcomes. */
  List<String> usualAxes() {
    var axes = new ArrayList<String>();
    params.stream()
        .filter(Row::differs)
        .limit(USUAL_PARAMS)
        .forEach(row -> axes.add(PARAM + row.name()));
    metrics.stream()
        .filter(Row::differs)
        .limit(USUAL_METRICS)
        .forEach(row -> axes.add(METRIC + row.name()));
    return axes;
  }

  /** All that an axis can show. */
  List<String> possibleAxes() {
    var axes = new ArrayList<String>();
    params.forEach(row -> axes.add(PARAM + row.name()));
    metrics.forEach(row -> axes.add(METRIC + row.name()));
    return axes;
  }

  /** The runs with all their values as text, whole. */
  List<Coordinates.Item> items() {
    return runs.stream()
        .map(look -> {
          var values = new LinkedHashMap<String, String>();
          look.run().params().forEach((key, value) -> values.put(PARAM + key, value));
          look.run()
              .metrics()
              .forEach((key, value) -> values.put(METRIC + key, String.valueOf(value)));
          return new Coordinates.Item(look.name(), look.style(), values);
        })
        .toList();
  }

  private static <T> List<Row> rows(
      List<RunLook> runs, Function<Run, Map<String, T>> values, Function<T, String> text) {
    return runs.stream()
        .flatMap(look -> values.apply(look.run()).keySet().stream())
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .map(name -> {
          var own =
              runs.stream()
                  .map(look -> Optional.ofNullable(values.apply(look.run()).get(name)))
                  .toList();
          return new Row(
              name,
              own.stream().map(value -> value.map(text)).toList(),
              new HashSet<>(own).size() > 1);
        })
        .toList();
  }
}
