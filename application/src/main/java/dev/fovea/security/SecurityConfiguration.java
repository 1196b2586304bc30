package dev.fovea.security;

import dev.fovea.kernel.Caller;
import dev.fovea.lab.AgentAccess;
import dev.fovea.registry.Access;
import dev.fovea.registry.SignIns;
import dev.fovea.roles.InternalCalls;
import dev.fovea.rollouts.FrameAccess;
import dev.fovea.server.ServerOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletContextInitializer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.intercept.AuthorizationFilter;
import org.springframework.security.web.header.writers.ReferrerPolicyHeaderWriter.ReferrerPolicy;
import tools.jackson.databind.json.JsonMapper;

/**
 * Two chains: programs bring a token and no cookie counts; people bring a session, and every change
 * needs its CSRF token.
 */
@Configuration(proxyBeanMethods = false)
class SecurityConfiguration {
  private static final int MIN_TOKEN_CHARS = 32;
  private static final String CONTENT_SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
          + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
  private static final String[] PROGRAMS = {
    "/api/**",
    "/ajax-api/**",
    "/internal/**",
    "/git/**",
    "/dvc/**",
    "/inference/**",
    "/actuator/**",
    "/v3/**",
    "/health",
    "/version"
  };

  /** A request is observed once, not once more for each of the fifteen filters of its chain. */
  @Bean
  SecurityObservationSettings noObservationsOfFilters() {
    return SecurityObservationSettings.noObservations();
  }

  @Bean
  SignInLinks signInLinks() {
    return new SignInLinks(Clock.systemUTC());
  }

  @Bean
  Refusals refusals(JsonMapper json) {
    return new Refusals(json);
  }

  @Bean
  FilterRegistrationBean<HostAndOriginFilter> hostAndOrigin(
      AuthProperties auth, Environment environment) throws IOException {
    var loopback =
        InetAddress.getByName(environment.getProperty("server.address", "127.0.0.1"))
            .isLoopbackAddress();
    if (!loopback && (auth.mode() == ServerOptions.Auth.NONE || auth.adminTokenFile() == null)) {
      throw new FailureAnalyzedException(
          "Fovea was told to listen beyond this machine (%s) without a configured login."
              .formatted(environment.getProperty("server.address")),
          "Give the administrator a token: put 32 or more random characters into a file that only you can read and start"
              + " with --admin-token-file FILE; or listen on 127.0.0.1.");
    }
    var registration =
        new FilterRegistrationBean<>(
            new HostAndOriginFilter(
                Optional.ofNullable(auth.publicUrl()), auth.internalHosts(), loopback));
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  /** Where people use TLS, their sessions go by it alone; behind a proxy this server sees none. */
  @Bean
  ServletContextInitializer sessionCookies(AuthProperties auth) {
    var url = Optional.ofNullable(auth.publicUrl());
    boolean secure = url.map(URI::getScheme).filter("https"::equalsIgnoreCase).isPresent();
    return context -> {
      if (secure) {
        context.getSessionCookieConfig().setSecure(true);
      }
    };
  }

  @Bean
  @Order(1)
  SecurityFilterChain programs(
      HttpSecurity http,
      AuthProperties auth,
      ObjectProvider<Access> access,
      ObjectProvider<AgentAccess> agents,
      ObjectProvider<FrameAccess> frames,
      InternalCalls internalCalls,
      Refusals refusals)
      throws Exception {
    var tokens =
        new TokenSource(
            () -> Optional.ofNullable(access.getIfAvailable()),
            token("administrator's token", auth.adminTokenFile()),
            token("metrics token", auth.metricsTokenFile()),
            internalCalls.internalToken(),
            Clock.systemUTC());
    return common(
            http.securityMatcher(PROGRAMS),
            callers(
                auth,
                List.of(new AgentSource(agents), new ModelServerSource(frames), tokens),
                refusals))
        .csrf(AbstractHttpConfigurer::disable)
        .sessionManagement(
            session -> session.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
        .build();
  }

  @Bean
  @Order(2)
  SecurityFilterChain people(
      HttpSecurity http, AuthProperties auth, ObjectProvider<SignIns> provider, Refusals refusals)
      throws Exception {
    var sessions =
        new SessionSource(() -> Optional.ofNullable(provider.getIfAvailable()), Clock.systemUTC());
    return common(http, callers(auth, List.of(sessions), refusals)).build();
  }

  /**
   * Without a login a caller that shows nothing is the owner; agents and model servers are still
   * what they are.
   */
  private static CallerFilter callers(
      AuthProperties auth, List<CallerFilter.Source> sources, Refusals refusals) {
    if (auth.mode() != ServerOptions.Auth.NONE) {
      return new CallerFilter(sources, refusals);
    }
    var open =
        new ArrayList<>(
            sources.stream()
                .filter(each -> each instanceof AgentSource || each instanceof ModelServerSource)
                .toList());
    open.add(_ -> new CallerFilter.Found.Somebody(localOwner(), false));
    return new CallerFilter(open, refusals);
  }

  /** Whoever sits at this machine, where no login is asked for. */
  static Caller localOwner() {
    return new Caller("local", "*", EnumSet.complementOf(EnumSet.copyOf(Caller.NOT_FOR_TOKENS)));
  }

  private static HttpSecurity common(HttpSecurity http, CallerFilter callers) throws Exception {
    return http.addFilterBefore(callers, AuthorizationFilter.class)
        .requestCache(AbstractHttpConfigurer::disable)
        .logout(AbstractHttpConfigurer::disable)
        .anonymous(AbstractHttpConfigurer::disable)
        .headers(headers ->
            headers
                .contentSecurityPolicy(policy -> policy.policyDirectives(CONTENT_SECURITY_POLICY))
                // Without any, a browser's form says 'Origin: null', which is refused as another's.
                .referrerPolicy(policy -> policy.policy(ReferrerPolicy.SAME_ORIGIN))
                .crossOriginOpenerPolicy(policy ->
                    policy.policy(
                        org.springframework.security.web.header.writers
                            .CrossOriginOpenerPolicyHeaderWriter.CrossOriginOpenerPolicy
                            .SAME_ORIGIN)));
  }

  private static Optional<String> token(String what, @Nullable Path file) throws IOException {
    if (file == null) {
      return Optional.empty();
    }
    var token = Files.readAllLines(file).stream().findFirst().orElse("").strip();
    if (token.length() < MIN_TOKEN_CHARS) {
      throw new FailureAnalyzedException(
          "The %s in %s has %d characters (expected: %d or more)."
              .formatted(what, file, token.length(), MIN_TOKEN_CHARS),
          "Write a longer one, for example: openssl rand -hex 32 > " + file);
    }
    return Optional.of(token);
  }
}
