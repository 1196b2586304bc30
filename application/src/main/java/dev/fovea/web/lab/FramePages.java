package dev.fovea.web.lab;

import dev.fovea.datasets.Frames;
import dev.fovea.kernel.Name;
import dev.fovea.web.Part;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Frames that came back from production. */
@Controller
class FramePages {
  private static final int SHOWN = 120;
  private final Frames frames;

  FramePages(Frames frames) {
    this.frames = frames;
  }

  @GetMapping("/{project}/frames")
  String newest(@PathVariable("project") Name project, Model page) {
    page.addAttribute("frames", frames.newest(project, SHOWN));
    page.addAttribute("count", Part.of(() -> frames.count(project)));
    return "frames";
  }
}
