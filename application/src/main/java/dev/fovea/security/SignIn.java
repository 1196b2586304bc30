package dev.fovea.security;

import dev.fovea.kernel.Problem;
import dev.fovea.registry.SignIns;
import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Opens a one-time link, shows how to get one or another way in, and signs out. */
@Controller
@ConditionalOnRole(ServiceRole.WEB)
class SignIn {
  private static final Logger LOG = LoggerFactory.getLogger(SignIn.class);

  private final SignInLinks links;
  private final SignIns provider;
  private final Optional<URI> here;

  SignIn(SignInLinks links, SignIns provider, AuthProperties auth) {
    this.links = links;
    this.provider = provider;
    this.here = auth.publicPage("/login");
  }

  @GetMapping("/login")
  String open(
      @RequestParam(name = "code", required = false) Optional<String> code,
      @RequestParam(name = "next", defaultValue = "/") String next,
      HttpServletRequest request,
      Model page) {
    var caller = code.flatMap(links::redeem);
    if (caller.isPresent()) {
      SessionSource.signIn(request, caller.get());
      return "redirect:" + LocalPath.of(next);
    }
    page.addAttribute("next", LocalPath.of(next));
    offer().ifPresent(offer -> page.addAttribute("provider", offer.label()));
    return "login";
  }

  @PostMapping("/logout")
  String leave(HttpServletRequest request, HttpServletResponse response, Model page) {
    var there = SessionSource.signIn(request).flatMap(this::leftTheProvider);
    SessionSource.signOut(request);
    if (there.isEmpty()) {
      return "redirect:/login";
    }
    // The content policy lets no form lead elsewhere, by a redirect neither; a page may go there.
    response.setHeader("Refresh", "0; url=" + there.get().toASCIIString());
    page.addAttribute("leaving", there.get().toASCIIString());
    page.addAttribute("next", "/");
    return "login";
  }

  /** Where to sign out at the provider. A registry that does not answer keeps nobody in. */
  private Optional<URI> leftTheProvider(String signIn) {
    try {
      return here.flatMap(back -> provider.leave(new SignIns.Leave(signIn, back)).location());
    } catch (Problem unavailable) {
      LOG.warn(
          "a session ended here, and perhaps not at the identity provider: {}",
          unavailable.explanation());
      return Optional.empty();
    }
  }

  /** A registry that does not answer costs this way in, never the page. */
  private Optional<SignIns.Offer> offer() {
    try {
      return provider.offer();
    } catch (Problem unavailable) {
      return Optional.empty();
    }
  }
}
