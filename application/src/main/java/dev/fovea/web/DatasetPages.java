package dev.fovea.web;

import dev.fovea.datasets.Datasets;
import dev.fovea.datasets.Projects;
import dev.fovea.kernel.Name;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;

/** Datasets, their versions, the pushes that the gate saw. */
@Controller
class DatasetPages {
  private final Datasets datasets;
  private final Projects projects;

  DatasetPages(Datasets datasets, Projects projects) {
    this.datasets = datasets;
    this.projects = projects;
  }

  @GetMapping("/{project}/datasets")
  String list(
      @PathVariable("project") Name project,
      @RequestParam(name = "of", required = false) Optional<Name> chosen,
      Model page) {
    var heads = datasets.heads(project);
    page.addAttribute("heads", heads);
    page.addAttribute("pushes", datasets.pushes(project));
    page.addAttribute("repository", projects.project(project));
    heads.stream()
        .filter(head -> chosen.isEmpty() || chosen.get().equals(head.dataset()))
        .findFirst()
        .ifPresent(head -> {
          page.addAttribute("chosen", head.dataset().text());
          page.addAttribute("versions", datasets.versions(project, head.dataset()));
        });
    return "datasets";
  }
}
