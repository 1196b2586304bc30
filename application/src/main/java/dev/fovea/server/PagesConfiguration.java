package dev.fovea.server;

import dev.fovea.roles.ConditionalOnRole;
import dev.fovea.roles.ServiceRole;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.Configuration;

/** The pages and the front door, where their role is active. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnRole(ServiceRole.WEB)
@ComponentScan({"dev.fovea.web", "dev.fovea.front"})
class PagesConfiguration {}
