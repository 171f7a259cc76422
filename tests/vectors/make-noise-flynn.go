// make-noise-flynn.go - our own Noise vectors as Debian's golang-github-flynn-noise-dev makes them
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run make-noise-flynn.go < noise-cases.json > noise-flynn.json
//
// Both sides run here and must agree: each reads what the other wrote.
package main

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"log"
	"os"

	"github.com/flynn/noise"
)

type message struct {
	From       string  `json:"from,omitempty"`
	Rekey      string  `json:"rekey,omitempty"`
	Payload    *string `json:"payload,omitempty"`
	Ciphertext string  `json:"ciphertext,omitempty"`
}

type vector struct {
	Name          string    `json:"name"`
	Protocol      string    `json:"protocol_name"`
	Source        string    `json:"source"`
	Transport     string    `json:"transport"`
	InitPrologue  string    `json:"init_prologue"`
	InitStatic    string    `json:"init_static"`
	InitEphemeral string    `json:"init_ephemeral"`
	InitPsks      []string  `json:"init_psks,omitempty"`
	RespPrologue  string    `json:"resp_prologue"`
	RespStatic    string    `json:"resp_static"`
	RespEphemeral string    `json:"resp_ephemeral"`
	RespPsks      []string  `json:"resp_psks,omitempty"`
	HandshakeHash string    `json:"handshake_hash"`
	Messages      []message `json:"messages"`
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	must(err)
	return b
}

var suite = noise.NewCipherSuite(noise.DH25519, noise.CipherChaChaPoly, noise.HashBLAKE2b)

func side(initiator bool, prologue, static, ephemeral string, psks []string) *noise.HandshakeState {
	s, err := noise.DH25519.GenerateKeypair(bytes.NewReader(unhex(static)))
	must(err)
	config := noise.Config{
		CipherSuite:   suite,
		Random:        bytes.NewReader(unhex(ephemeral)),
		Pattern:       noise.HandshakeXX,
		Initiator:     initiator,
		Prologue:      unhex(prologue),
		StaticKeypair: s,
	}
	if len(psks) > 0 {
		config.PresharedKey = unhex(psks[0])
		config.PresharedKeyPlacement = 0
	}
	state, err := noise.NewHandshakeState(config)
	must(err)
	return state
}

func run(v *vector) {
	sides := [2]*noise.HandshakeState{
		side(true, v.InitPrologue, v.InitStatic, v.InitEphemeral, v.InitPsks),
		side(false, v.RespPrologue, v.RespStatic, v.RespEphemeral, v.RespPsks),
	}
	// ends[side][direction]; direction 0 is what the initiator sends.
	var ends [2][2]*noise.CipherState
	for i := 0; i < 3; i++ {
		w, r := i%2, 1-i%2
		payload := unhex(*v.Messages[i].Payload)
		sent, w0, w1, err := sides[w].WriteMessage(nil, payload)
		must(err)
		got, r0, r1, err := sides[r].ReadMessage(nil, sent)
		must(err)
		if !bytes.Equal(got, payload) {
			log.Fatal(v.Name, ": another payload arrived")
		}
		ends[w], ends[r] = [2]*noise.CipherState{w0, w1}, [2]*noise.CipherState{r0, r1}
		v.Messages[i].Ciphertext = hex.EncodeToString(sent)
	}
	if !bytes.Equal(sides[0].ChannelBinding(), sides[1].ChannelBinding()) {
		log.Fatal(v.Name, ": the hashes differ")
	}
	v.HandshakeHash = hex.EncodeToString(sides[0].ChannelBinding())
	for i := 3; i < len(v.Messages); i++ {
		m := &v.Messages[i]
		d := 0
		if m.From == "responder" || m.Rekey == "responder" {
			d = 1
		}
		tx, rx := ends[d][d], ends[1-d][d]
		if m.Rekey != "" {
			tx.Rekey()
			rx.Rekey()
			continue
		}
		sent, err := tx.Encrypt(nil, nil, unhex(*m.Payload))
		must(err)
		got, err := rx.Decrypt(nil, nil, sent)
		must(err)
		if !bytes.Equal(got, unhex(*m.Payload)) {
			log.Fatal(v.Name, ": another record arrived")
		}
		m.Ciphertext = hex.EncodeToString(sent)
	}
}

func main() {
	var in struct {
		Cases []vector `json:"cases"`
	}
	must(json.NewDecoder(os.Stdin).Decode(&in))
	for i := range in.Cases {
		in.Cases[i].Source, in.Cases[i].Transport = "flynn", "listed"
		run(&in.Cases[i])
	}
	enc := json.NewEncoder(os.Stdout)
	enc.SetIndent("", " ")
	must(enc.Encode(map[string][]vector{"vectors": in.Cases}))
}
