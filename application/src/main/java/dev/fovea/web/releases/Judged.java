package dev.fovea.web.releases;

import dev.fovea.pipelines.Measures;
import dev.fovea.pipelines.Release;
import dev.fovea.pipelines.Verdict;
import dev.fovea.web.Part;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a release's page and its report in one file both show of the verdict. */
final class Judged {
  private Judged() {}

  /** By the names that the templates use; what there is not is absent. */
  static Map<String, Object> of(Release release, Part<Measures> measures) {
    var shown = new HashMap<String, Object>();
    var verdict = release.verdict();
    shown.put("gates", verdict.map(Gate::of).orElse(List.of()));
    verdict
        .flatMap(Verdict::front)
        .ifPresent(front -> {
          var models = FrontModel.of(front);
          shown.put("front", front);
          shown.put("models", models);
          shown.put("frontPlot", FrontPlot.of(models, 100 * front.budget()));
        });
    verdict
        .flatMap(Verdict::costs)
        .ifPresent(costs -> {
          shown.put("costs", costs);
          shown.put("costRows", CostRow.of(costs));
        });
    verdict
        .flatMap(Verdict::comparison)
        .ifPresent(comparison -> {
          var rows = ClassRow.of(comparison);
          shown.put("comparison", comparison);
          shown.put("classRows", rows);
          shown.put("bounded", rows.stream().anyMatch(ClassRow::bounded));
          shown.put("pairs", Sides.of(comparison));
        });
    shown.put("bars", measures.value().map(Bars::of).orElse(List.of()));
    return shown;
  }
}
