package dev.fovea.web.trace;

import dev.fovea.kernel.Audited;
import dev.fovea.kernel.Name;
import dev.fovea.registry.AuditLog;
import dev.fovea.web.Figures;
import dev.fovea.web.Part;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Who did what, and whether the chain over it holds. */
@Controller
class AuditPages {
  private static final int SHOWN = 200;
  private final AuditLog audit;

  AuditPages(AuditLog audit) {
    this.audit = audit;
  }

  /** An act with the way to what it was done to. */
  record Act(Audited what, String href, String object) {
    static Act of(Name project, Audited act) {
      var digest = act.object().matches("sha256:[0-9a-f]{64}");
      return new Act(
          act,
          digest ? "/%s/lineage/%s".formatted(project, act.object()) : "",
          new Figures().brief(act.object()));
    }

    public boolean refused() {
      return what.outcome().startsWith("refused");
    }
  }

  @GetMapping("/{project}/audit")
  String log(@PathVariable("project") Name project, Model page) {
    page.addAttribute(
        "acts", audit.newest(project, SHOWN).stream().map(act -> Act.of(project, act)).toList());
    page.addAttribute("chain", Part.of(() -> audit.verify(project)));
    page.addAttribute("limit", SHOWN);
    return "audit";
  }
}
