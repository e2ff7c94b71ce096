/**
 * Programs that pass connections on and do nothing else: what they hold says nothing of the service behind them. By COMMAND,
 * which the kernel cuts at 15 bytes.
 */
const FORWARDERS =
  /^(?:docker-proxy|rootlessport|rootlesskit|slirp4netns|pasta(?:\.avx2)?|passt|gvproxy|vpnkit|conmon|crun|runc|ssh|sshd|sshd-session|autossh|socat|ncat|nc|stunnel4?|kubectl|kube-proxy|envoy|linkerd2-proxy|pilot-agent|cloudflared|ngrok|tailscaled?|chisel|frpc|frps)$/;

/** Servers that answer some requests themselves and pass others on. */
const PROXIES =
  /^(?:nginx|haproxy|apache2|httpd|lighttpd|caddy|traefik|varnishd?|cache-main|squid|h2o|hitch|pound|pgbouncer)$/;

export function isForwarder(command: string): boolean {
  return FORWARDERS.test(command);
}

export function isProxy(command: string): boolean {
  return PROXIES.test(command);
}

/** Daemons that wake up whenever somebody logs, resolves a name or asks who a user is: no part of the service. */
const BYSTANDERS =
  /^(?:systemd|systemd-.*|rsyslogd|syslog-ng|syslogd|journalctl|dbus-daemon|dbus-broker.*|nscd|nslcd|sssd.*|unscd|auditd|dockerd|containerd.*|crio|podman|avahi-daemon|NetworkManager|snapd|tmux.*|screen|Xorg|sudo|agetty)$/;

export function isBystander(command: string): boolean {
  return BYSTANDERS.test(command);
}
