package dev.fovea.web.build;

import dev.fovea.datasets.DatasetVersion;
import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.QualityReport;
import dev.fovea.datasets.QualityReport.CheckResult;
import dev.fovea.datasets.QualityReport.Drift;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.web.Shell;
import dev.fovea.web.ShortDigest;
import dev.fovea.web.Stations;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;

/** What the quality gate saw in one version of a dataset. */
@Controller
class QualityPages {
  private static final Map<String, String> LOOKS_FOR =
      Map.of(
          "undecodable", "images that do not decode, are empty or cut short",
          "split-leakage", "the same bytes in two splits",
          "near-duplicate", "images of two splits that look alike",
          "duplicate", "the same bytes twice in one split",
          "unknown-class", "labels that are no class",
          "orphan", "labels without an image, images without a label",
          "class-balance", "classes that a split lacks or that are few, shares that drifted",
          "image-surprise", "channels, EXIF orientations and sizes that the others do not have");

  private final Datasets datasets;
  private final Stations stations;

  QualityPages(Datasets datasets, Stations stations) {
    this.datasets = datasets;
    this.stations = stations;
  }

  @GetMapping("/{project}/datasets/{name}@{digest}/quality")
  String quality(
      @PathVariable("project") Name project,
      @PathVariable("name") Name name,
      @PathVariable("digest") String digits,
      @ModelAttribute(name = "shell", binding = false) Shell shell,
      Model page) {
    var version =
        ShortDigest.of("version of " + name, digits)
            .among("version of " + name, datasets.versions(project, name), DatasetVersion::digest);
    var title = version.dataset() + "@" + version.digest().abbreviated();
    var here = "/%s/datasets/%s".formatted(project, title);
    page.addAttribute("title", "Quality");
    page.addAttribute(
        "shell",
        shell.at(
            new Shell.Crumb("Datasets", "/" + project + "/datasets?of=" + name),
            new Shell.Crumb(title, here)));
    page.addAttribute("here", here);
    page.addAttribute("version", version);
    page.addAttribute("stations", stations.through(project, version.digest()));
    report(project, version).ifPresent(report -> show(version, report, page));
    return "quality";
  }

  private Optional<QualityReport> report(Name project, DatasetVersion version) {
    try {
      return Optional.of(datasets.quality(project, version.dataset(), version.digest()));
    } catch (NoSuchThing e) {
      return Optional.empty();
    }
  }

  private static void show(DatasetVersion version, QualityReport report, Model page) {
    var rows = ClassRow.of(version.classes(), report);
    page.addAttribute("report", report);
    page.addAttribute("looksFor", LOOKS_FOR);
    page.addAttribute("splits", report.classes().keySet().stream().sorted().toList());
    page.addAttribute("rows", rows.stream().limit(ClassRow.MOST_SHOWN).toList());
    page.addAttribute("classes", rows.size());
    rows.stream()
        .min(Comparator.comparingInt(ClassRow::images))
        .ifPresent(fewest -> page.addAttribute("fewest", fewest));
    report.drift().stream()
        .max(Comparator.comparingDouble(Drift::distance))
        .ifPresent(farthest -> page.addAttribute("farthest", farthest));
    page.addAttribute("found", found(report.checks()));
  }

  private static List<CheckResult> found(List<CheckResult> checks) {
    return checks.stream().filter(check -> check.findings() > 0).toList();
  }
}
