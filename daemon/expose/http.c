/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP server, on a thread of its own, the last room of the path. It looks at
 * the world through two slots (the latest snapshot, the latest status) and takes a
 * reference for the time of one rendering; so neither does a scrape ever wait for
 * the aggregator, nor the other way round.
 *
 * One loop, one poll(2): our listening sockets, the eventfd that says stop, and
 * libmicrohttpd's epoll descriptor. We accept ourselves and hand each connection
 * over. The library's own accept cannot be told to close a connection for the sake
 * of another, and its timeout is for idle ones only: whoever sends a byte a second
 * would keep one for ever. clients.c decides who has to go.
 *
 * An answer is rendered as a whole into one of a few texts, which lives until the
 * last byte is sent. The first text is kept between scrapes. Their number bounds our
 * memory: clients that ask and then do not read hold a text each, until somebody
 * else needs it.
 *
 * What the library lets pass, the handler refuses: several Host headers, lengths
 * that contradict each other, bodies, methods other than GET and HEAD. It also
 * refuses, at loopback addresses, a Host that is a name other than localhost: the
 * browser of somebody on this machine could have been lured to a foreign name that
 * was then pointed at 127.0.0.1 (DNS rebinding).
 */
#include "expose/http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include "aggregate/snapshot.h"
#include "base/clock.h"
#include "expose/clients.h"
#include "expose/listen.h"
#include "expose/metrics.h"
#include "expose/page.h"
#include "service/status.h"

#define HTTP_TEXTS             4           /* answers under way at once */
#define HTTP_CONNECTION_MEMORY (16 * 1024) /* bytes; a request's head has to fit */
#define HTTP_POLL_MS           1000        /* the beat */
#define HTTP_POLL_FULL_MS      100         /* while somebody may be waiting for room */
#define HTTP_ACCEPTS           16          /* at most between two rounds of serving */

#define PLAIN "text/plain; charset=utf-8"

/* One answer's text. */
struct http_text {
	struct promtext text;
	bool used; /* by an answer that is not wholly sent */
};

struct http {
	struct http_ports ports;              /* immutable */
	struct listen_socket sockets[CONFIG_LISTEN_MAX]; /* immutable */
	size_t n_sockets;                     /* immutable */
	char note[256];                       /* immutable after http_bind() */
	int stop_fd;                          /* immutable; written by main, polled by http */
	pthread_t thread;                     /* main */
	bool started;                         /* main */
	struct MHD_Daemon *mhd;               /* http, while the thread runs */
	int mhd_fd;                           /* immutable */
	uint64_t boot_time_ns;                /* immutable */
	struct clients clients;               /* http */
	struct http_text texts[HTTP_TEXTS];   /* http */
	bool hold;                            /* http: accept() failed; not again before the next round */
};

/* ---- answers ---- */

static const struct {
	const char *name, *value;
} fixed_headers[] = {
	{ MHD_HTTP_HEADER_CACHE_CONTROL, "no-store" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "no-referrer" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Content-Security-Policy",
	  "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; "
	  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'" },
};

/* Takes over the response, which may be NULL (out of memory: the connection is closed). */
static enum MHD_Result send_response(struct MHD_Connection *c, unsigned int code, const char *type,
				     struct MHD_Response *r)
{
	enum MHD_Result result;

	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONTENT_TYPE, type);
	for (size_t i = 0; i < sizeof(fixed_headers) / sizeof(fixed_headers[0]); i++)
		MHD_add_response_header(r, fixed_headers[i].name, fixed_headers[i].value);
	result = MHD_queue_response(c, code, r);
	MHD_destroy_response(r);
	return result;
}

/* The library does not write to the buffer, whatever its type says. */
static struct MHD_Response *constant(const void *bytes, size_t len)
{
	return MHD_create_response_from_buffer(len, (void *)(uintptr_t)bytes,
					       MHD_RESPMEM_PERSISTENT);
}

static enum MHD_Result send_constant(struct MHD_Connection *c, unsigned int code, const char *body)
{
	return send_response(c, code, PLAIN, constant(body, strlen(body)));
}

/* A refusal ends the connection: what follows on it may be no request at all. */
static enum MHD_Result refuse(struct MHD_Connection *c, unsigned int code, const char *body)
{
	struct MHD_Response *r = constant(body, strlen(body));

	if (!r)
		return MHD_NO;
	MHD_add_response_header(r, MHD_HTTP_HEADER_CONNECTION, "close");
	if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
		MHD_add_response_header(r, MHD_HTTP_HEADER_ALLOW, "GET, HEAD");
	return send_response(c, code, PLAIN, r);
}

/* ---- texts ---- */

static struct http_text *text_borrow(struct http *h)
{
	for (size_t i = 0; i < HTTP_TEXTS; i++) {
		struct http_text *t = &h->texts[i];

		if (t->used)
			continue;
		t->used = true;
		text_reset(&t->text.out);
		return t;
	}
	return NULL;
}

static void text_return(struct http *h, struct http_text *t)
{
	t->used = false;
	if (t != &h->texts[0])
		text_done(&t->text.out); /* several at once are rare: do not keep their memory */
}

struct text_use {
	struct http *http;
	struct http_text *text;
};

static void text_sent(void *cls)
{
	struct text_use *use = cls;

	text_return(use->http, use->text);
	free(use);
}

/* The library calls text_sent() when the answer is sent, or given up. */
static struct MHD_Response *text_response(struct http *h, struct http_text *t)
{
	struct text_use *use = t->text.out.failed ? NULL : malloc(sizeof(*use));
	struct MHD_Response *r = NULL;

	if (use) {
		*use = (struct text_use){ .http = h, .text = t };
		r = MHD_create_response_from_buffer_with_free_callback_cls(
			t->text.out.len, t->text.out.bytes, text_sent, use);
	}
	if (!r) {
		free(use);
		text_return(h, t);
	}
	return r;
}

/* ---- routes ---- */

static void render_metrics(struct http_text *t, const struct metrics_input *in)
{
	metrics_render(&t->text, in);
}

static void render_page(struct http_text *t, const struct metrics_input *in)
{
	page_render(&t->text.out, in, clock_realtime_ns());
}

static enum MHD_Result answer_rendered(struct http *h, struct MHD_Connection *c, const char *type,
				       void (*render)(struct http_text *,
						      const struct metrics_input *))
{
	cleanup(snapshot_unrefp) struct snapshot *snapshot = snapshot_get(h->ports.snapshots);
	cleanup(status_unrefp) struct status *status = status_get(h->ports.status);
	struct process_stats process;
	struct metrics_input in = { .snapshot = snapshot, .status = status };
	struct http_text *t = text_borrow(h);

	if (!t) {
		clients_end_slowest(&h->clients, clock_monotonic_ns());
		return send_constant(c, MHD_HTTP_SERVICE_UNAVAILABLE,
				     "too many slow readers; try again\n");
	}
	if (process_read("/proc", h->boot_time_ns, &process) == 0)
		in.process = &process;
	render(t, &in);
	return send_response(c, MHD_HTTP_OK, type, text_response(h, t));
}

static enum MHD_Result answer_metrics(struct http *h, struct MHD_Connection *c)
{
	return answer_rendered(h, c, PROMTEXT_CONTENT_TYPE, render_metrics);
}

static enum MHD_Result answer_page(struct http *h, struct MHD_Connection *c)
{
	return answer_rendered(h, c, "text/html; charset=utf-8", render_page);
}

static enum MHD_Result answer_style(struct http *h, struct MHD_Connection *c)
{
	(void)h;
	return send_response(c, MHD_HTTP_OK, "text/css; charset=utf-8",
			     constant(page_style.bytes, page_style.len));
}

static enum MHD_Result answer_script(struct http *h, struct MHD_Connection *c)
{
	(void)h;
	return send_response(c, MHD_HTTP_OK, "text/javascript; charset=utf-8",
			     constant(page_script.bytes, page_script.len));
}

static enum MHD_Result answer_healthy(struct http *h, struct MHD_Connection *c)
{
	(void)h;
	return send_constant(c, MHD_HTTP_OK, "healthy\n");
}

/* Ready: a scrape would tell the truth. A replay that came to its end goes on telling it. */
static enum MHD_Result answer_ready(struct http *h, struct MHD_Connection *c)
{
	cleanup(snapshot_unrefp) struct snapshot *s = snapshot_get(h->ports.snapshots);
	const struct source_stats *source = s ? &s->health.source : NULL;
	char body[sizeof(source->trouble) + 32];
	int len;

	if (!s)
		return send_constant(c, MHD_HTTP_SERVICE_UNAVAILABLE,
				     "not ready: nothing was counted yet\n");
	if (source->up || source->finished)
		return send_constant(c, MHD_HTTP_OK, "ready\n");
	len = snprintf(body, sizeof(body), "not ready: %s\n",
		       source->trouble[0] ? source->trouble : "the source is not up");
	return send_response(c, MHD_HTTP_SERVICE_UNAVAILABLE, PLAIN,
			     MHD_create_response_from_buffer((size_t)len, body,
							     MHD_RESPMEM_MUST_COPY));
}

static const struct {
	const char *path;
	enum MHD_Result (*answer)(struct http *h, struct MHD_Connection *c);
} routes[] = {
	{ "/", answer_page },
	{ "/metrics", answer_metrics },
	{ "/-/healthy", answer_healthy },
	{ "/-/ready", answer_ready },
	{ "/style.css", answer_style },
	{ "/page.js", answer_script },
};

static enum MHD_Result answer(struct http *h, struct MHD_Connection *c, const char *path)
{
	for (size_t i = 0; i < sizeof(routes) / sizeof(routes[0]); i++)
		if (strcmp(path, routes[i].path) == 0)
			return routes[i].answer(h, c);
	return send_constant(c, MHD_HTTP_NOT_FOUND,
			     "not found; there are /, /metrics, /-/healthy and /-/ready\n");
}

/* ---- what is refused ---- */

struct heads {
	unsigned int hosts, lengths, codings;
	const char *host, *length;
};

static enum MHD_Result look_at_header(void *cls, enum MHD_ValueKind kind, const char *key,
				      const char *value)
{
	struct heads *heads = cls;

	(void)kind;
	if (strcasecmp(key, MHD_HTTP_HEADER_HOST) == 0) {
		heads->hosts++;
		heads->host = value;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0) {
		heads->lengths++;
		heads->length = value;
	} else if (strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
		heads->codings++;
	}
	return MHD_YES;
}

/* "localhost", a name below it, or a literal address, with or without a port. RFC 6761, 6.3. */
static bool is_local_host(const char *host)
{
	static const char localhost[] = "localhost";
	const size_t n = sizeof(localhost) - 1;
	char name[256];
	struct in_addr in;
	size_t len;

	if (host[0] == '[') /* a name cannot begin with it */
		return true;
	len = strcspn(host, ":");
	if (len >= sizeof(name))
		return false;
	memcpy(name, host, len);
	name[len] = '\0';
	if (inet_pton(AF_INET, name, &in) == 1)
		return true;
	return len >= n && strcasecmp(name + len - n, localhost) == 0 &&
	       (len == n || name[len - n - 1] == '.');
}

/* The code and the reason why a request is refused; 0 if it is not. */
static unsigned int objection(struct MHD_Connection *c, const struct client *client,
			      const char *method, const char *version, const char **ret_why)
{
	struct heads heads = { 0 };

	if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0) {
		*ret_why = "only GET and HEAD are served\n";
		return MHD_HTTP_METHOD_NOT_ALLOWED;
	}
	MHD_get_connection_values(c, MHD_HEADER_KIND, look_at_header, &heads);
	if (heads.hosts > 1 || (heads.hosts == 0 && strcmp(version, MHD_HTTP_VERSION_1_1) == 0)) {
		*ret_why = "one Host header is needed, and not more\n";
		return MHD_HTTP_BAD_REQUEST;
	}
	if (heads.codings || heads.lengths > 1 || (heads.length && strcmp(heads.length, "0") != 0)) {
		*ret_why = "a request has no body here\n";
		return MHD_HTTP_BAD_REQUEST;
	}
	if (client && client->loopback && heads.host && !is_local_host(heads.host)) {
		*ret_why = "at a loopback address the Host header has to be localhost or a literal "
			   "address, as a protection from DNS rebinding\n";
		return MHD_HTTP_MISDIRECTED_REQUEST;
	}
	return 0;
}

/* ---- called by the library ---- */

static struct client *client_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/*
 * Called with the head of a request, and again when it is complete. Only then it is answered: after
 * an earlier answer the library would close the connection.
 */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *data_size, void **request)
{
	static const char seen;
	struct http *h = cls;
	struct client *client = client_of(c);
	const char *why = NULL;
	unsigned int code;

	(void)data;
	if (*request == &seen) {
		if (*data_size)
			return MHD_NO;
		return answer(h, c, url);
	}
	*request = (void *)(uintptr_t)&seen;
	if (client)
		client_enter(client, CLIENT_ANSWERING, clock_monotonic_ns());
	code = objection(c, client, method, version, &why);
	return code ? refuse(c, code, why) : MHD_YES;
}

static void on_completed(void *cls, struct MHD_Connection *c, void **request,
			 enum MHD_RequestTerminationCode code)
{
	struct client *client = client_of(c);

	(void)cls;
	(void)request;
	(void)code;
	if (client)
		client_enter(client, CLIENT_IDLE, clock_monotonic_ns());
}

static void on_connection(void *cls, struct MHD_Connection *c, void **context,
			  enum MHD_ConnectionNotificationCode code)
{
	struct http *h = cls;
	const union MHD_ConnectionInfo *info;
	struct client *client;

	if (code == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (*context)
			clients_remove(&h->clients, *context);
		*context = NULL;
		return;
	}
	info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);
	if (!info)
		return;
	client = clients_add(&h->clients, info->connect_fd, clock_monotonic_ns());
	if (client)
		client->loopback = listen_is_loopback(info->connect_fd);
	*context = client;
}

/* ---- the thread ---- */

/* Errors of accept(2) that belong to the one connection and not to us. */
static bool is_passing(int error)
{
	return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM;
}

static void accept_some(struct http *h, int listen_fd)
{
	for (int i = 0; i < HTTP_ACCEPTS && !clients_full(&h->clients); i++) {
		struct sockaddr_storage peer;
		socklen_t len = sizeof(peer);
		int fd = accept4(listen_fd, (struct sockaddr *)&peer, &len,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0) {
			if (is_passing(errno))
				continue;
			h->hold = errno != EAGAIN; /* out of descriptors or memory */
			return;
		}
		/* On failure the library has closed it. */
		MHD_add_connection(h->mhd, fd, (struct sockaddr *)&peer, len);
	}
}

static bool anybody_waits(const struct pollfd *listeners, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (listeners[i].revents)
			return true;
	return false;
}

/*
 * While there is no room, the listening sockets are looked at only now and then: somebody in their
 * queues would keep poll() from sleeping.
 */
static int wait_for_work(struct http *h, struct pollfd *fds, size_t n_listeners)
{
	const bool pause = clients_full(&h->clients) || h->hold;
	MHD_UNSIGNED_LONG_LONG library_ms;
	int timeout_ms = pause ? HTTP_POLL_FULL_MS : HTTP_POLL_MS;

	h->hold = false;
	if (MHD_get_timeout(h->mhd, &library_ms) == MHD_YES &&
	    library_ms < (unsigned int)timeout_ms)
		timeout_ms = (int)library_ms;
	if (!pause)
		return poll(fds, n_listeners + 2, timeout_ms);
	poll(fds + n_listeners, 2, timeout_ms);
	return poll(fds, n_listeners, 0);
}

static void *serve(void *arg)
{
	struct http *h = arg;
	struct pollfd fds[CONFIG_LISTEN_MAX + 2];
	const size_t n = h->n_sockets;

	for (size_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = h->sockets[i].fd, .events = POLLIN };
	fds[n] = (struct pollfd){ .fd = h->mhd_fd, .events = POLLIN };
	fds[n + 1] = (struct pollfd){ .fd = h->stop_fd, .events = POLLIN };
	do {
		/* relaxed: nothing is ordered by a beat */
		atomic_fetch_add_explicit(h->ports.beat, 1, memory_order_relaxed);
		wait_for_work(h, fds, n);
		if (anybody_waits(fds, n))
			clients_make_room(&h->clients, clock_monotonic_ns());
		for (size_t i = 0; i < n; i++)
			if (fds[i].revents)
				accept_some(h, fds[i].fd);
		MHD_run(h->mhd);
		clients_sweep(&h->clients, clock_monotonic_ns());
	} while (!fds[n + 1].revents);
	return NULL;
}

/* ---- called by main ---- */

static int adopt_all(struct http *h, struct err *err)
{
	for (size_t i = 0; i < h->ports.n_listen_fds; i++) {
		int r = i < CONFIG_LISTEN_MAX ?
				listen_adopt(h->ports.listen_fds[i], &h->sockets[i], err) :
				err_set(err, -E2BIG, "more than %d sockets were handed over",
					CONFIG_LISTEN_MAX);
		if (r < 0)
			return r;
		h->n_sockets++;
	}
	return 0;
}

/* A family that this machine does not have is no failure as long as another address can be bound. */
static int open_all(struct http *h, const struct config_web *cfg, struct err *err)
{
	struct err missing = { 0 };

	for (size_t i = 0; i < cfg->n_listen && i < CONFIG_LISTEN_MAX; i++) {
		struct err e = { 0 };
		int r = listen_open(cfg->listen[i], &h->sockets[h->n_sockets], &e);

		if (r == -EAFNOSUPPORT) {
			missing = e;
			continue;
		}
		if (r < 0)
			return err_set(err, r, "%s", e.text);
		h->n_sockets++;
	}
	if (h->n_sockets == 0)
		return err_set(err, missing.code ? missing.code : -EINVAL, "%s",
			       missing.code ? missing.text : "no address to listen on is given");
	if (missing.code)
		snprintf(h->note, sizeof(h->note), "%.200s; going on without it", missing.text);
	return 0;
}

static void close_all(struct http *h)
{
	for (size_t i = 0; i < h->n_sockets; i++)
		close(h->sockets[i].fd);
	if (h->stop_fd >= 0)
		close(h->stop_fd);
	for (size_t i = 0; i < HTTP_TEXTS; i++)
		text_done(&h->texts[i].text.out);
	clients_done(&h->clients);
}

int http_bind(const struct config_web *cfg, const struct http_ports *ports, struct http **ret,
	      struct err *err)
{
	cleanup(http_stopp) struct http *h = calloc(1, sizeof(*h));
	int r;

	if (!h)
		return err_set(err, -ENOMEM, "%m");
	h->ports = *ports;
	h->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (h->stop_fd < 0)
		return err_set(err, -errno, "eventfd: %m");
	r = clients_init(&h->clients, cfg->max_connections ? cfg->max_connections : 1);
	if (r < 0)
		return err_set(err, r, "%m");
	r = ports->n_listen_fds ? adopt_all(h, err) : open_all(h, cfg, err);
	if (r < 0)
		return r;
	h->ports.listen_fds = NULL; /* the caller's array need not live on */
	*ret = take(h);
	return 0;
}

static int start_library(struct http *h)
{
	const union MHD_DaemonInfo *info;

	h->mhd = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
				  on_request, h,
				  MHD_OPTION_CONNECTION_LIMIT, (unsigned int)h->clients.size,
				  MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_CONNECTION_MEMORY,
				  MHD_OPTION_STRICT_FOR_CLIENT, 1,
				  MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
				  MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
				  MHD_OPTION_END);
	if (!h->mhd)
		return errno ? -errno : -ENOMEM;
	info = MHD_get_daemon_info(h->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info || info->epoll_fd < 0)
		return -EOPNOTSUPP;
	h->mhd_fd = info->epoll_fd;
	return 0;
}

/* Signals are for the main thread; SIGPIPE is blocked with all others, so that a write to a closed
 * connection is an error and no more. */
static int start_thread(struct http *h)
{
	sigset_t all, before;
	int r;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	r = pthread_create(&h->thread, NULL, serve, h);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (r)
		return -r;
	pthread_setname_np(h->thread, "http");
	h->started = true;
	return 0;
}

int http_start(struct http *h, struct err *err)
{
	int r;

	process_boot_time("/proc", &h->boot_time_ns); /* without it the start time is since boot */
	r = start_library(h);
	if (r < 0)
		return err_set(err, r, "start the HTTP server: %m");
	r = start_thread(h);
	if (r < 0)
		return err_set(err, r, "start the http thread: %m");
	return 0;
}

const char *http_address(const struct http *h, size_t i)
{
	return i < h->n_sockets ? h->sockets[i].address : NULL;
}

const char *http_note(const struct http *h)
{
	return h->note;
}

struct http *http_stop(struct http *h)
{
	if (!h)
		return NULL;
	if (h->started) {
		eventfd_write(h->stop_fd, 1);
		pthread_join(h->thread, NULL);
	}
	if (h->mhd)
		MHD_stop_daemon(h->mhd); /* closes all connections, gives all texts back */
	close_all(h);
	free(h);
	return NULL;
}
