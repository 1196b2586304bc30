package dev.fovea.web;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Map;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;
import org.springframework.web.servlet.View;
import org.springframework.web.servlet.view.json.JacksonJsonView;

/**
 * Where a request that failed outside every controller ends: a page for a person, a problem for a
 * program. Tells nothing of the inside.
 */
@Controller
class ErrorPage implements ErrorController {
  private static final Map<Integer, String> REMEDIES =
      Map.of(
          400, "check the address and the form; the server could not read the request",
          401, "sign in: './fovea open' prints a link",
          403, "ask somebody who has the role, or an administrator for a token with it",
          404, "check the address; './fovea status' lists the projects that you may see",
          405, "use the method that the API's description names: /v3/api-docs",
          413, "send less at once",
          503, "try again in a moment; './fovea doctor' checks the machine");

  @RequestMapping("/error")
  ModelAndView show(HttpServletRequest request, HttpServletResponse response) {
    var code =
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
            ? status
            : 404;
    var status =
        HttpStatus.resolve(code) == null
            ? HttpStatus.INTERNAL_SERVER_ERROR
            : HttpStatus.valueOf(code);
    var remedy = REMEDIES.getOrDefault(code, "try again; the server's log says what happened");
    var said =
        request.getAttribute(RequestDispatcher.ERROR_MESSAGE) instanceof String text
                && !text.isBlank()
                && code < 500
            ? text
            : "";
    var what = said.isEmpty() ? status.getReasonPhrase() : said;
    response.setStatus(status.value());
    var accept = request.getHeader("Accept");
    if (accept != null && accept.contains("text/html")) {
      return new ModelAndView(
          "error",
          Map.of(
              "title", status.getReasonPhrase(), "what", what, "remedy", remedy, "status", code));
    }
    return new ModelAndView(
        problem(),
        Map.of(
            "type",
            "about:blank",
            "title",
            status.getReasonPhrase(),
            "status",
            code,
            "detail",
            what,
            "remedy",
            remedy));
  }

  private static View problem() {
    var view = new JacksonJsonView();
    view.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    view.setModelKeys(java.util.Set.copyOf(List.of("type", "title", "status", "detail", "remedy")));
    return view;
  }
}
