/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The HTTP server, at the end of the data path, on the http thread. It does not know
 * what it serves: the content is a table of routes (content.h).
 *
 * The thread runs one poll(2) loop over the listening sockets, an eventfd that stops
 * the thread, and libmicrohttpd's epoll descriptor. The loop accepts connections
 * itself and passes them to the library. The library cannot close one connection in
 * favour of another, and its timeout applies to idle connections only: a client that
 * sends one byte per second would keep its connection open forever. clients.c decides
 * which connections are closed.
 *
 * A shared body (bodies.c) is rendered once for each version of the content and sent to
 * all clients that request it. It is freed after the last of them has read it. The
 * number of bodies is limited, so slow clients cannot exhaust memory: when all bodies
 * have readers, the readers of the oldest one are disconnected.
 *
 * request.c refuses what the library accepts but should not: several Host headers,
 * contradictory lengths, bodies, methods other than GET and HEAD. At loopback addresses
 * it also refuses a Host header with a foreign name: a website can point its own name
 * at 127.0.0.1 to make a local browser read from us (DNS rebinding).
 */
#include "server/http.h"

#include <errno.h>
#include <microhttpd.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/thread.h"
#include "server/answer.h"
#include "server/clients.h"
#include "server/head.h"
#include "server/listen.h"
#include "server/reply.h"
#include "server/request.h"

#define HTTP_CONNECTION_MEMORY ((size_t)32 * 1024) /* bytes: the head, and its cookies again */
#define HTTP_POLL_MS	       1000		   /* while a large body may have to be freed */
#define HTTP_POLL_FULL_MS      100		   /* while a client may be waiting for room */
#define HTTP_ACCEPTS	       16		   /* per socket, in one round of the loop */
#define HTTP_SLOW_NS	       (NSEC_PER_SEC / 2)  /* slower answers are logged, for debugging */
#define HTTP_SLOW_LINES	       10		   /* per minute */

struct http {
	atomic_ulong *beat;	    /* immutable */
	struct listeners listeners; /* immutable */
	int stop_fd;		    /* immutable; written by main, polled by http */
	pthread_t thread;	    /* main */
	bool started;		    /* main */
	struct MHD_Daemon *mhd;	    /* http, while the thread runs */
	int mhd_fd;		    /* immutable */
	struct clients clients;	    /* http */
	struct answers answers;	    /* http */
	bool hold;		    /* http: accept() failed; wait before trying again */
	bool hurry;		    /* http: do not sleep before the next clients_sweep() */
	bool keeps_bodies;	    /* http: answers_rest() has to be called again */
	struct log_limit slow;	    /* http: slow answers */
	char host[256];		    /* immutable: this machine's name, "" if unknown */
};

/* ---- called by the library ---- */

static enum MHD_Result answer(struct http *h, struct MHD_Connection *c, struct client *client,
			      const char *path)
{
	const uint64_t start_ns = clock_monotonic_ns();
	struct answer a = { 0 };

	if (answers_get(&h->answers, path, &a) < 0)
		return reply_refusal(c, MHD_HTTP_SERVICE_UNAVAILABLE, "out of memory\n") ? MHD_YES
											 : MHD_NO;
	if (client) {
		client->reading = a.shared;
		client->making_ns = clock_monotonic_ns() - start_ns;
	}
	return reply_answer(c, &a) ? MHD_YES : MHD_NO;
}

static struct client *client_of(struct MHD_Connection *c)
{
	const union MHD_ConnectionInfo *info =
		MHD_get_connection_info(c, MHD_CONNECTION_INFO_SOCKET_CONTEXT);

	return info ? info->socket_context : NULL;
}

/*
 * Called with the head of a request, and again when the request is complete. It is answered in the
 * second call, because the library closes the connection after an earlier answer.
 */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *url,
				  const char *method, const char *version, const char *data,
				  size_t *data_size, void **request)
{
	static const char seen;
	struct http *h = cls;
	struct client *client = client_of(c);
	struct request r = { .method = method, .version = version, .target = url };
	const char *why = NULL;
	unsigned int code;

	(void)data;
	if (*request == &seen) {
		if (*data_size)
			return MHD_NO;
		return answer(h, c, client, request_path(url));
	}
	head_read(c, *request, &r);
	*request = (void *)(uintptr_t)&seen;
	if (client) {
		client_enter(client, CLIENT_ANSWERING, clock_monotonic_ns());
		r.loopback = client->loopback;
		r.own_name = h->host;
	}
	code = request_objection(&r, &why);
	return !code || reply_refusal(c, code, why) ? MHD_YES : MHD_NO;
}

/* Either rendering was slow or the client reads slowly. */
static void log_if_slow(struct http *h, const struct client *client, bool whole, uint64_t now_ns)
{
	const uint64_t took_ns = now_ns - client->since_ns;

	if (took_ns >= HTTP_SLOW_NS && log_limit_ok(&h->slow, now_ns))
		log_debug("slow scrape: the answer was %s after %.1f s; making it took %.1f ms",
			  whole ? "sent" : "given up", (double)took_ns / 1e9,
			  (double)client->making_ns / 1e6);
}

static void on_completed(void *cls, struct MHD_Connection *c, void **request,
			 enum MHD_RequestTerminationCode code)
{
	const uint64_t now_ns = clock_monotonic_ns();
	struct client *client = client_of(c);

	(void)request;
	if (!client)
		return;
	log_if_slow(cls, client, code == MHD_REQUEST_TERMINATED_COMPLETED_OK, now_ns);
	client_enter(client, CLIENT_IDLE, now_ns);
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

/* Errors of accept(2) that concern one connection only. */
static bool is_connection_error(int error)
{
	return error == ECONNABORTED || error == EINTR || error == EPROTO || error == EPERM;
}

/*
 * @room counts down during this round: libmicrohttpd 1.0 calls on_connection() only when it runs
 * next, and closes the connections above its limit.
 */
static void accept_some(struct http *h, int listen_fd, size_t *room)
{
	for (int i = 0; *room && i < HTTP_ACCEPTS; i++) {
		struct sockaddr_storage peer;
		socklen_t len = sizeof(peer);
		int fd = accept4(listen_fd, (struct sockaddr *)&peer, &len,
				 SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (fd < 0) {
			if (is_connection_error(errno))
				continue;
			if (errno == EAGAIN)
				return;
			h->hold = true; /* out of descriptors or memory */
			/* accept() then fails even if the queue is empty. Only the first call
			 * in a round is known to have a client waiting. */
			if (i == 0)
				clients_evict(&h->clients, clock_monotonic_ns());
			return;
		}
		(*room)--;
		/* On failure the library closes the socket. */
		MHD_add_connection(h->mhd, fd, (struct sockaddr *)&peer, len);
	}
}

static bool is_client_waiting(const struct pollfd *listeners, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (listeners[i].revents)
			return true;
	return false;
}

/* Return: milliseconds; -1: until something happens. */
static int longest_wait(const struct http *h, bool pause)
{
	int timeout_ms = clients_wait_ms(&h->clients, clock_monotonic_ns());
	MHD_UNSIGNED_LONG_LONG library_ms;

	if (h->hurry)
		return 0;
	if (h->keeps_bodies && (unsigned int)timeout_ms > HTTP_POLL_MS)
		timeout_ms = HTTP_POLL_MS;
	if (pause)
		timeout_ms = HTTP_POLL_FULL_MS;
	if (MHD_get_timeout(h->mhd, &library_ms) == MHD_YES &&
	    library_ms < (unsigned int)timeout_ms)
		timeout_ms = (int)library_ms;
	return timeout_ms;
}

/*
 * While there is no room, poll the listening sockets only every HTTP_POLL_FULL_MS: a client in
 * their queues would keep poll() from sleeping.
 */
static int wait_for_work(struct http *h, struct pollfd *fds, size_t n_listeners)
{
	const bool pause = !clients_room(&h->clients) || h->hold;
	const int timeout_ms = longest_wait(h, pause);

	h->hold = false;
	if (!pause)
		return poll(fds, n_listeners + 2, timeout_ms);
	poll(fds + n_listeners, 2, timeout_ms);
	return poll(fds, n_listeners, 0);
}

/* Make room for the next body of each route. */
static void end_old_readers(struct http *h, uint64_t now_ns)
{
	for (size_t i = 0; i < h->answers.content->n_routes; i++)
		clients_end_readers(&h->clients, bodies_crowded(&h->answers.bodies[i]), now_ns);
}

static void *serve(void *arg)
{
	struct http *h = arg;
	struct pollfd fds[CONFIG_LISTEN_MAX + 2];
	const size_t n = h->listeners.n;

	for (size_t i = 0; i < n; i++)
		fds[i] = (struct pollfd){ .fd = h->listeners.sockets[i].fd, .events = POLLIN };
	fds[n] = (struct pollfd){ .fd = h->mhd_fd, .events = POLLIN };
	fds[n + 1] = (struct pollfd){ .fd = h->stop_fd, .events = POLLIN };
	do {
		size_t room;

		thread_waits(h->beat);
		wait_for_work(h, fds, n);
		thread_works(h->beat);
		if (is_client_waiting(fds, n) && !clients_room(&h->clients))
			clients_evict(&h->clients, clock_monotonic_ns());
		room = clients_room(&h->clients);
		for (size_t i = 0; i < n; i++)
			if (fds[i].revents)
				accept_some(h, fds[i].fd, &room);
		MHD_run(h->mhd);
		h->hurry = clients_sweep(&h->clients, clock_monotonic_ns());
		end_old_readers(h, clock_monotonic_ns());
		h->keeps_bodies = answers_rest(&h->answers, clock_monotonic_ns());
	} while (!fds[n + 1].revents);
	return NULL;
}

/* ---- called by main ---- */

int http_bind(const struct config_web *cfg, const struct http_ports *ports, struct http **ret,
	      struct err *err)
{
	cleanup(http_stopp) struct http *h = calloc(1, sizeof(*h));
	int r;

	if (!h)
		return err_set(err, -ENOMEM, "%m");
	h->beat = ports->beat;
	h->slow.burst = HTTP_SLOW_LINES;
	gethostname(h->host, sizeof(h->host) - 1); /* on failure it stays empty */
	h->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (h->stop_fd < 0)
		return err_set(err, -errno, "eventfd: %m");
	r = answers_init(&h->answers, ports->content);
	if (r < 0)
		return err_set(err, r, "%m");
	r = clients_init(&h->clients, cfg->max_connections ? cfg->max_connections : 1);
	if (r < 0)
		return err_set(err, r, "%m");
	r = ports->n_listen_fds
		    ? listen_adopt_all(ports->listen_fds, ports->n_listen_fds, &h->listeners, err)
		    : listen_open_all(cfg, &h->listeners, err);
	if (r < 0)
		return r;
	*ret = take(h);
	return 0;
}

static int start_library(struct http *h)
{
	const union MHD_DaemonInfo *info;

	/* Pairs of an option and its value. */
	/* clang-format off */
	h->mhd = MHD_start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET, 0, NULL, NULL,
				  on_request, h,
				  MHD_OPTION_CONNECTION_LIMIT, (unsigned int)h->clients.size,
				  MHD_OPTION_CONNECTION_MEMORY_LIMIT, HTTP_CONNECTION_MEMORY,
				  MHD_OPTION_STRICT_FOR_CLIENT, 1,
				  MHD_OPTION_URI_LOG_CALLBACK, head_target, NULL,
				  MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
				  MHD_OPTION_NOTIFY_CONNECTION, on_connection, h,
				  MHD_OPTION_END);
	/* clang-format on */
	if (!h->mhd)
		return errno ? -errno : -ENOMEM;
	info = MHD_get_daemon_info(h->mhd, MHD_DAEMON_INFO_EPOLL_FD);
	if (!info || info->epoll_fd < 0)
		return -EOPNOTSUPP;
	h->mhd_fd = info->epoll_fd;
	return 0;
}

int http_start(struct http *h, struct err *err)
{
	int r;

	r = start_library(h);
	if (r < 0)
		return err_set(err, r, "start the HTTP server: %m");
	r = thread_start(&h->thread, "http", serve, h);
	if (r < 0)
		return err_set(err, r, "start the http thread: %m");
	h->started = true;
	return 0;
}

const char *http_address(const struct http *h, size_t i)
{
	return i < h->listeners.n ? h->listeners.sockets[i].address : NULL;
}

const char *http_note(const struct http *h)
{
	return h->listeners.note;
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
		MHD_stop_daemon(h->mhd); /* closes all connections, releases all bodies */
	listen_close_all(&h->listeners);
	if (h->stop_fd >= 0)
		close(h->stop_fd);
	answers_done(&h->answers);
	clients_done(&h->clients);
	free(h);
	return NULL;
}
