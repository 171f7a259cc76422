// noise_flynn.go - the same as noise_peer.c, with golang-github-flynn-noise-dev
//
//	noise_flynn listen PATTERN PSK
//	noise_flynn connect PATTERN PSK PORT
package main

import (
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"time"

	"github.com/flynn/noise"
)

const (
	padded   = 256
	rounds   = 4
	deadline = 60 * time.Second
)

var (
	prologue = []byte("P2PT\x01\x00\x00\x00")
	sizes    = []int{0, 1, 255, 4096, 60000, 65535 - 16}
)

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func said(size, round int, initiator bool) []byte {
	start := size + 7*round
	if !initiator {
		start += 128
	}
	out := make([]byte, size)
	for i := range out {
		out[i] = byte(start + i)
	}
	return out
}

type end struct {
	conn      net.Conn
	initiator bool
	state     *noise.HandshakeState
	tx, rx    *noise.CipherState
}

func (e *end) send(data []byte) {
	head := make([]byte, 2)
	binary.BigEndian.PutUint16(head, uint16(len(data)))
	_, err := e.conn.Write(append(head, data...))
	must(err)
}

func (e *end) receive() []byte {
	head := make([]byte, 2)
	_, err := io.ReadFull(e.conn, head)
	must(err)
	data := make([]byte, binary.BigEndian.Uint16(head))
	_, err = io.ReadFull(e.conn, data)
	must(err)
	return data
}

func (e *end) handshake() {
	var first, second *noise.CipherState
	for i := 0; i < 3; i++ {
		size := padded
		if i == 0 {
			size = 0
		}
		payload := said(size, i, i%2 == 0)
		var data []byte
		var err error
		if (i%2 == 0) == e.initiator {
			data, first, second, err = e.state.WriteMessage(nil, payload)
			must(err)
			e.send(data)
		} else {
			data, first, second, err = e.state.ReadMessage(nil, e.receive())
			must(err)
			if !bytes.Equal(data, payload) {
				log.Fatal("another payload arrived")
			}
		}
	}
	if e.initiator {
		e.tx, e.rx = first, second
	} else {
		e.tx, e.rx = second, first
	}
}

func (e *end) say(size, round int) {
	data, err := e.tx.Encrypt(nil, nil, said(size, round, e.initiator))
	must(err)
	e.send(data)
}

func (e *end) hear(size, round int) {
	data, err := e.rx.Decrypt(nil, nil, e.receive())
	must(err)
	if !bytes.Equal(data, said(size, round, !e.initiator)) {
		log.Fatal("another record arrived")
	}
}

func (e *end) talk() {
	ours, theirs := e.tx, e.rx // what the initiator sends with, and the responder
	if !e.initiator {
		ours, theirs = e.rx, e.tx
	}
	for round := 0; round < rounds; round++ {
		for _, size := range sizes {
			if e.initiator {
				e.say(size, round)
			}
			e.hear(size, round)
			if !e.initiator {
				e.say(size, round)
			}
		}
		if round%2 == 0 {
			ours.Rekey()
		}
		if round >= 1 {
			theirs.Rekey()
		}
	}
}

func connect(args []string) net.Conn {
	if args[0] == "connect" {
		conn, err := net.Dial("tcp", "127.0.0.1:"+args[3])
		must(err)
		return conn
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	fmt.Println("port", listener.Addr().(*net.TCPAddr).Port)
	conn, err := listener.Accept()
	must(err)
	listener.Close()
	return conn
}

func main() {
	log.SetFlags(0)
	time.AfterFunc(deadline, func() { log.Fatal("too slow") })
	args := os.Args[1:]
	keys, err := noise.DH25519.GenerateKeypair(rand.Reader)
	must(err)
	config := noise.Config{
		CipherSuite:   noise.NewCipherSuite(noise.DH25519, noise.CipherChaChaPoly, noise.HashBLAKE2b),
		Random:        rand.Reader,
		Pattern:       noise.HandshakeXX,
		Initiator:     args[0] == "connect",
		Prologue:      prologue,
		StaticKeypair: keys,
	}
	if args[1] == "XXpsk0" {
		config.PresharedKey, err = hex.DecodeString(args[2])
		must(err)
	}
	e := end{initiator: config.Initiator}
	e.state, err = noise.NewHandshakeState(config)
	must(err)
	e.conn = connect(args)
	e.handshake()
	e.talk()
	e.conn.Close()
	fmt.Println("hash", hex.EncodeToString(e.state.ChannelBinding()))
	fmt.Println("self", hex.EncodeToString(keys.Public))
	fmt.Println("peer", hex.EncodeToString(e.state.PeerStatic()))
}
