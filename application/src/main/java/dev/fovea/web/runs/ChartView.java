package dev.fovea.web.runs;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Text;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.stream.Collectors;

/**
 * How the charts of a run are looked at: it is in the address, so that a view can be sent.
 *
 * @param prefix of the keys shown; empty for all
 * @param text what the keys contain; empty for all
 * @param after the last key of the page before
 * @param only the one key shown, with its table; empty for a page of charts
 * @param log whether values are drawn in logarithms
 * @param byTime whether points stand at their time since the run's start
 * @param smoothing 0 to 0.999
 * @param first the first step; absent for all
 * @param last the last step; absent for all
 * @param others runs drawn beside this one
 */
record ChartView(
    String prefix,
    String text,
    String after,
    String only,
    boolean log,
    boolean byTime,
    double smoothing,
    Optional<Long> first,
    Optional<Long> last,
    List<String> others) {
  /** As many as there are lines that can be told apart. */
  static final int MOST_OTHERS = 7;

  private static final int MOST_CHARS = 250;

  /** Reads an address's query; what is not there has its usual value. */
  static ChartView of(HttpServletRequest request) {
    var first = whole(request, "from");
    var last = whole(request, "to");
    if (first.isPresent() && last.isPresent() && first.get() > last.get()) {
      throw new InvalidRequest(
          "from: %d, to: %d (expected: from <= to)".formatted(first.get(), last.get()),
          "exchange the steps");
    }
    return new ChartView(
        word(request, "prefix"),
        word(request, "q"),
        word(request, "after"),
        word(request, "only"),
        one(request, "scale", "linear", "log").equals("log"),
        one(request, "x", "step", "time").equals("time"),
        smoothing(request),
        first,
        last,
        others(request));
  }

  /** The query of the same view with one thing changed; without it where the value is empty. */
  public String with(String name, String value) {
    var query = query();
    if (!name.equals("after")) {
      query.remove("after");
    }
    query.put(name, value);
    return written(query);
  }

  /** The query of this view. */
  public String written() {
    return written(query());
  }

  /** The query of the same view of all steps. */
  public String whole() {
    var query = query();
    query.put("from", "");
    query.put("to", "");
    return written(query);
  }

  /** Whether nothing was asked for. */
  public boolean isPlain() {
    return query().values().stream().allMatch(String::isEmpty);
  }

  public boolean isPart() {
    return first.isPresent() || last.isPresent();
  }

  private SequencedMap<String, String> query() {
    var query = new LinkedHashMap<String, String>();
    query.put("prefix", prefix);
    query.put("q", text);
    query.put("after", after);
    query.put("only", only);
    query.put("scale", log ? "log" : "");
    query.put("x", byTime ? "time" : "");
    query.put("smooth", smoothing == 0 ? "" : String.valueOf(smoothing));
    query.put("from", first.map(String::valueOf).orElse(""));
    query.put("to", last.map(String::valueOf).orElse(""));
    query.put("with", String.join(",", others));
    return query;
  }

  private static String written(Map<String, String> query) {
    return query.entrySet().stream()
        .filter(entry -> !entry.getValue().isEmpty())
        .map(entry ->
            entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&", "?", ""));
  }

  private static String word(HttpServletRequest request, String name) {
    var value = Optional.ofNullable(request.getParameter(name)).orElse("");
    if (value.length() > MOST_CHARS || value.indexOf(0) >= 0) {
      throw new InvalidRequest(
          "%s: '%s', %d characters (expected: at most %d, without NUL)"
              .formatted(name, Text.excerpt(value), value.length(), MOST_CHARS),
          "shorten it");
    }
    return value;
  }

  private static String one(HttpServletRequest request, String name, String... allowed) {
    var value = word(request, name);
    if (value.isEmpty()) {
      return allowed[0];
    }
    if (!List.of(allowed).contains(value)) {
      throw new InvalidRequest(
          "%s: '%s' (expected: %s)"
              .formatted(name, Text.excerpt(value), String.join(" or ", allowed)),
          "choose one of these in the address");
    }
    return value;
  }

  private static Optional<Long> whole(HttpServletRequest request, String name) {
    var value = word(request, name).strip();
    try {
      return value.isEmpty() ? Optional.empty() : Optional.of(Long.parseLong(value));
    } catch (NumberFormatException e) {
      throw new InvalidRequest(
          "%s: '%s' (expected: a whole number, the step)".formatted(name, Text.excerpt(value)),
          "give a step, or leave it empty for all");
    }
  }

  private static double smoothing(HttpServletRequest request) {
    var value = word(request, "smooth");
    try {
      double weight = value.isEmpty() ? 0 : Double.parseDouble(value);
      if (weight >= 0 && weight <= 0.999) {
        return weight;
      }
    } catch (NumberFormatException e) {
      // Said below, with the numbers out of range.
    }
    throw new InvalidRequest(
        "smooth: '%s' (expected: a number from 0 to 0.999)".formatted(Text.excerpt(value)),
        "0 does not smooth; 0.9 weighs about ten points");
  }

  private static List<String> others(HttpServletRequest request) {
    var values = Optional.ofNullable(request.getParameterValues("with")).orElse(new String[0]);
    var others =
        Arrays.stream(values)
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .map(String::strip)
            .filter(value -> !value.isEmpty())
            .distinct()
            .toList();
    if (others.size() > MOST_OTHERS) {
      throw new InvalidRequest(
          "with: %d runs (expected: at most %d)".formatted(others.size(), MOST_OTHERS),
          "draw fewer beside this one; the comparison's parallel coordinates take up to 50");
    }
    return others;
  }
}
