package dev.fovea.web.runs;

import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Run;
import dev.fovea.registry.RunViews;
import dev.fovea.web.Shell;
import dev.fovea.web.runs.Coordinates.Form;
import dev.fovea.web.runs.Coordinates.Wanted;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;

/** Runs side by side, in a table and in parallel coordinates. */
@Controller
class ComparePages {
  /** Of each run; a text narrows what is compared. */
  private static final int VALUES = 200;

  private static final int OFFERED = 50;
  private static final int MOST_AXES = 12;
  private static final int MOST_CHARS = 250;

  private final RunViews views;

  ComparePages(RunViews views) {
    this.views = views;
  }

  /**
   * An axis with the addresses that change it.
   *
   * @param left where it moves one place to the left; empty where it is the first
   * @param otherForm where a numeric axis is drawn in the other form; empty for words
   */
  record AxisLinks(
      String id,
      String name,
      Form form,
      String left,
      String right,
      String without,
      String otherForm) {}

  @GetMapping("/{project}/runs/compare")
  String compare(
      @PathVariable("project") Name project,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      HttpServletRequest request,
      Model page) {
    var ids = ids(request);
    var text = Optional.ofNullable(request.getParameter("q")).orElse("");
    if (text.length() > MOST_CHARS || text.indexOf(0) >= 0) {
      throw new InvalidRequest(
          "q: %d characters (expected: at most %d, without NUL)"
              .formatted(text.length(), MOST_CHARS),
          "shorten it");
    }
    boolean all = "all".equals(request.getParameter("rows"));
    var found =
        ids.isEmpty()
            ? List.<RunLook>of()
            : looks(views.of(project, ids, text, VALUES).stream().map(x -> x.run()).toList());
    var comparison = Comparison.of(found);
    page.addAttribute("shell", shell.at(new Shell.Crumb("Runs", "/" + project + "/runs")));
    page.addAttribute("ids", found.stream().map(RunLook::id).toList());
    page.addAttribute("text", text);
    page.addAttribute("all", all);
    page.addAttribute("looks", found);
    page.addAttribute("commits", found.stream().map(look -> SourceCommit.of(look.run())).toList());
    page.addAttribute("comparison", all ? comparison : comparison.differing());
    page.addAttribute(
        "equal", comparison.possibleAxes().size() - comparison.differing().possibleAxes().size());
    axes(request, comparison, page);
    page.addAttribute(
        "others",
        views.newest(project, OFFERED, 1).stream()
            .map(excerpt -> RunLook.of(excerpt.run(), 0))
            .filter(look -> found.stream().noneMatch(each -> each.id().equals(look.id())))
            .toList());
    return "compare";
  }

  private static List<RunLook> looks(List<Run> runs) {
    return IntStream.range(0, runs.size()).mapToObj(i -> RunLook.of(runs.get(i), i)).toList();
  }

  private static List<String> ids(HttpServletRequest request) {
    var ids =
        values(request, "of")
            .flatMap(value -> Arrays.stream(value.split(",", -1)))
            .map(String::strip)
            .filter(value -> !value.isEmpty())
            .distinct()
            .toList();
    if (ids.size() > RunViews.MOST_RUNS) {
      throw new InvalidRequest(
          "of: %d runs (expected: at most %d)".formatted(ids.size(), RunViews.MOST_RUNS),
          "compare fewer runs");
    }
    return ids;
  }

  private static void axes(HttpServletRequest request, Comparison comparison, Model page) {
    var possible = comparison.possibleAxes();
    var asked = values(request, "axis").distinct().filter(possible::contains).toList();
    var chosen =
        (asked.isEmpty() ? comparison.usualAxes() : asked).stream().limit(MOST_AXES).toList();
    var log = values(request, "log").toList();
    var linear = values(request, "linear").toList();
    var drawn =
        Coordinates.of(
            chosen.stream()
                .map(id ->
                    new Wanted(
                        id,
                        id.substring(2),
                        log.contains(id)
                            ? Optional.of(Form.LOG)
                            : linear.contains(id) ? Optional.of(Form.LINEAR) : Optional.empty()))
                .toList(),
            comparison.items());
    page.addAttribute("coordinates", drawn);
    page.addAttribute("axes", chosen);
    page.addAttribute(
        "axisLinks",
        drawn.stream()
            .flatMap(picture -> picture.axes().stream())
            .map(axis -> links(request, chosen, axis, log, linear))
            .toList());
    page.addAttribute("moreAxes", possible.stream().filter(id -> !chosen.contains(id)).toList());
  }

  private static AxisLinks links(
      HttpServletRequest request,
      List<String> chosen,
      Coordinates.Axis axis,
      List<String> log,
      List<String> linear) {
    int at = chosen.indexOf(axis.id());
    var without = chosen.stream().filter(id -> !id.equals(axis.id())).toList();
    boolean isLog = axis.form() == Form.LOG;
    return new AxisLinks(
        axis.id(),
        axis.name(),
        axis.form(),
        at == 0 ? "" : address(request, swapped(chosen, at - 1), log, linear),
        at == chosen.size() - 1 ? "" : address(request, swapped(chosen, at), log, linear),
        without.isEmpty() ? "" : address(request, without, log, linear),
        axis.form() == Form.CHOICE
            ? ""
            : address(
                request,
                chosen,
                isLog ? without(log, axis.id()) : with(log, axis.id()),
                isLog ? with(linear, axis.id()) : without(linear, axis.id())));
  }

  private static List<String> swapped(List<String> axes, int left) {
    var swapped = new ArrayList<>(axes);
    swapped.set(left, axes.get(left + 1));
    swapped.set(left + 1, axes.get(left));
    return swapped;
  }

  private static List<String> with(List<String> list, String more) {
    return Stream.concat(list.stream(), Stream.of(more)).distinct().toList();
  }

  private static List<String> without(List<String> list, String less) {
    return list.stream().filter(each -> !each.equals(less)).toList();
  }

  private static String address(
      HttpServletRequest request, List<String> axes, List<String> log, List<String> linear) {
    var query = new ArrayList<String>();
    ids(request).forEach(id -> query.add(part("of", id)));
    values(request, "q").limit(1).forEach(text -> query.add(part("q", text)));
    values(request, "rows").limit(1).forEach(rows -> query.add(part("rows", rows)));
    axes.forEach(id -> query.add(part("axis", id)));
    log.forEach(id -> query.add(part("log", id)));
    linear.forEach(id -> query.add(part("linear", id)));
    return "?" + String.join("&", query) + "#pc";
  }

  private static String part(String name, String value) {
    return name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8);
  }

  private static Stream<String> values(HttpServletRequest request, String name) {
    return Arrays.stream(
        Optional.ofNullable(request.getParameterValues(name)).orElse(new String[0]));
  }
}
