package dev.fovea.web;

import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Problem;
import dev.fovea.roles.Problems;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Map;
import org.springframework.beans.TypeMismatchException;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.ModelAndView;

/** A problem that a page met is told on a page, inside the project's shell. */
@ControllerAdvice(basePackages = "dev.fovea.web")
@Order(Ordered.HIGHEST_PRECEDENCE)
class PageProblems {
  private final ShellAdvice shells;

  PageProblems(ShellAdvice shells) {
    this.shells = shells;
  }

  @ExceptionHandler
  ModelAndView tell(Problem problem, HttpServletRequest request) {
    var status = Problems.status(problem.kind());
    return new ModelAndView(
        "error",
        Map.of(
            "title", status.getReasonPhrase(),
            "what", problem.explanation(),
            "remedy", problem.remedy(),
            "status", status.value(),
            "figures", shells.figures(),
            "shell", shells.shell(request)),
        status);
  }

  /** An address with a name or number that cannot be one leads nowhere. */
  @ExceptionHandler
  ModelAndView tell(TypeMismatchException wrong, HttpServletRequest request) {
    return tell(
        new NoSuchThing(
            "page", request.getRequestURI(), "check the address; the navigation lists the pages"),
        request);
  }
}
