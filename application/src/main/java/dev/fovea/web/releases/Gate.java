package dev.fovea.web.releases;

import dev.fovea.pipelines.Verdict;
import dev.fovea.pipelines.Verdict.Outcome;
import dev.fovea.pipelines.Verdict.Ruling;
import dev.fovea.web.Figures;
import dev.fovea.web.Plot;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * One row of the gates' table.
 *
 * @param anchor where its frames are on the page
 * @param verdict {@code pass}, {@code fail}, {@code inconclusive} or {@code error}
 * @param measured the value with its unit
 * @param interval the 95 % interval with its unit; empty where the value is exact
 */
record Gate(
    Ruling ruling,
    String anchor,
    String verdict,
    String measured,
    String interval,
    String limit,
    Optional<Room> room) {
  private static final Pattern MINUS = Pattern.compile("(?<=^|[ (])-(?=\\d)");
  private static final List<Outcome> URGENCY =
      List.of(Outcome.FAIL, Outcome.ERROR, Outcome.INCONCLUSIVE, Outcome.PASS);

  /** What did not pass comes first. */
  static List<Gate> of(Verdict verdict) {
    return IntStream.range(0, verdict.rulings().size())
        .mapToObj(i -> of(verdict.rulings().get(i), "gate-" + (i + 1)))
        .sorted(Comparator.comparingInt(gate -> URGENCY.indexOf(gate.ruling().outcome())))
        .toList();
  }

  private static Gate of(Ruling ruling, String anchor) {
    var figures = new Figures();
    var difference = ruling.rule().startsWith("drop");
    var exact = Double.isNaN(ruling.measured()) || ruling.low() == ruling.high();
    var interval =
        "%s–%s"
            .formatted(
                figures.measured(ruling.low(), ruling.unit(), difference).replaceAll(" .*", ""),
                figures.measured(ruling.high(), ruling.unit(), difference));
    return new Gate(
        ruling,
        anchor,
        ruling.outcome().name().toLowerCase(Locale.ROOT),
        figures.measured(ruling.measured(), ruling.unit(), difference),
        exact
            ? ""
            : ruling.low() < 0 || Double.isInfinite(ruling.high())
                ? interval.replace("–", " to ")
                : interval,
        ruling.wanted().replace("at least ", "≥ ").replace("at most ", "≤ "),
        Room.of(ruling));
  }

  /** What the measure is at each strength of a fault; none for images as they are. */
  public List<AtStrength> strengths() {
    return AtStrength.of(ruling);
  }

  /** The same drawn. */
  public Optional<Plot> plot() {
    return StrengthPlot.of(ruling);
  }

  /** Whether it needs no attention. */
  public boolean passed() {
    return ruling.outcome() == Outcome.PASS;
  }

  /** The measure. */
  public String rule() {
    return typeset(ruling.rule());
  }

  /** The measure with a capital. */
  public String title() {
    return capital(ruling.rule());
  }

  /** The ruling in a sentence. */
  public String explanation() {
    return capital(ruling.explanation());
  }

  private static String capital(String text) {
    var shown = typeset(text);
    return shown.isEmpty()
        ? shown
        : shown.substring(0, 1).toUpperCase(Locale.ROOT) + shown.substring(1);
  }

  /** With signs for minus, and no line that ends before a unit. */
  static String typeset(String text) {
    return MINUS.matcher(text).replaceAll("−").replaceAll("(?<=\\d) %", "\u00a0%");
  }
}
