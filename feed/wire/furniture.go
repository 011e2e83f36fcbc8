package wire

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Furniture is what a web page says around an article. These lines are some
// whole, in any case and with any sign around them.
var furniture = lineSet(`
related articles|related stories|related news|related content|related topics|related|read more|read also|more on this|more on this story|more from|
more stories|most read|most popular|trending|trending now|latest news|recommended|recommended for you|you may also like|you might also like|
also read|see also|up next|don't miss|popular now|top stories|in this article|key points|explore more|
back to top button|back to top|go to top|top|share|share this|share this article|share this story|share on facebook|share on twitter|share on x|
share via email|print|print this article|email|e-mail|save|bookmark|like|tweet|pin it|facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|
instagram|youtube|tiktok|bluesky|threads|mastodon|messenger|viber|tumblr|vk|flipboard|rss|copy link|link copied|copy url|
share via|click to share|advertisement|advertisment|sponsored|sponsored content|promoted|ad|ads|story continues below advertisement|
article continues below advertisement|continue reading|leave a reply|leave a comment|post a comment|add a comment|join the conversation|comments|comment|
no comments|view comments|show comments|tags|topics|categories|next|previous|next article|previous article|next post|previous post|next story|
menu|search|close|open menu|log in|login|sign in|sign up|register|subscribe|subscribe now|donate|support us|skip to content|skip to main content|
home|newsletter|newsletters|listen|listen to this article|listen to article|play|pause|watch|loading|load more|show more|view all|see all|
follow us|follow|contact us|about us|privacy policy|terms of use|terms of service|terms and conditions|cookie policy|cookie settings|accept|accept all|reject all|
manage cookies|got it|i agree|toggle navigation|dark mode|text size|font size|a a|report an error|report a typo|gift this article|
our standards: the thomson reuters trust principles|
artículos relacionados|noticias relacionadas|relacionadas|relacionado|relacionados|te puede interesar|también te puede interesar|lo más leído|lo más visto|
más noticias|más información|leer más|ver más|lea también|lee también|volver arriba|ir arriba|compartir|comparte|compartir en facebook|imprimir|enviar|
correo electrónico|publicidad|anuncio|comentarios|comentar|dejar un comentario|deja un comentario|etiquetas|temas|siguiente|anterior|suscríbete|suscríbase|
iniciar sesión|inicio|boletín|escuchar|síguenos|copiar enlace|
articles liés|articles similaires|sur le même sujet|à lire aussi|lire aussi|à lire également|lire la suite|en savoir plus|les plus lus|les plus lues|haut de page|
retour en haut|partager|partagez|partager sur facebook|imprimer|envoyer|publicité|commentaires|laisser un commentaire|réagir|mots-clés|suivant|précédent|
s'abonner|abonnez-vous|se connecter|accueil|écouter|copier le lien|
verwandte artikel|ähnliche artikel|mehr zum thema|das könnte sie auch interessieren|lesen sie auch|auch interessant|weiterlesen|mehr lesen|meistgelesen|
nach oben|zum seitenanfang|teilen|artikel teilen|drucken|anzeige|werbung|kommentare|kommentar schreiben|schlagwörter|themen|weiter|zurück|abonnieren|anmelden|
startseite|anhören|link kopieren|merken|zur startseite|
articoli correlati|notizie correlate|leggi anche|leggi tutto|potrebbe interessarti|potrebbe interessarti anche|torna su|torna in alto|condividi|stampa|pubblicità|
commenti|lascia un commento|successivo|precedente|abbonati|accedi|ascolta|copia link|
artigos relacionados|notícias relacionadas|leia também|leia mais|saiba mais|veja também|mais lidas|voltar ao topo|topo|compartilhar|compartilhe|partilhar|publicidade|
comentários|deixe um comentário|próximo|assine|entrar|ouvir|copiar link|
gerelateerde artikelen|lees ook|lees meer|meer over dit onderwerp|meest gelezen|naar boven|terug naar boven|delen|deel dit artikel|afdrukken|advertentie|reacties|
plaats een reactie|volgende|vorige|abonneren|inloggen|
powiązane artykuły|podobne artykuły|czytaj także|czytaj też|czytaj więcej|zobacz także|zobacz też|najczęściej czytane|do góry|powrót do góry|udostępnij|podziel się|
drukuj|reklama|komentarze|dodaj komentarz|następny|poprzedni|zaloguj się|
читайте также|читать далее|читать дальше|по теме|похожие статьи|материалы по теме|самое читаемое|наверх|вверх|поделиться|распечатать|печать|реклама|комментарии|
оставить комментарий|теги|следующая|предыдущая|подписаться|войти|главная|
ilgili haberler|benzer haberler|ayrıca okuyun|devamını oku|en çok okunanlar|yukarı çık|başa dön|paylaş|yazdır|yorumlar|yorum yap|etiketler|sonraki|önceki|
abone ol|giriş yap|anasayfa|ana sayfa`)

// Below one of these at the end of a page stand the headlines of others.
var sections = lineSet(`
related articles|related stories|related news|related content|related|read more|read also|more on this|more on this story|more from|more stories|most read|
most popular|trending|trending now|latest news|recommended|recommended for you|you may also like|you might also like|also read|see also|up next|
don't miss|popular now|top stories|leave a reply|leave a comment|comments|
artículos relacionados|noticias relacionadas|relacionadas|relacionado|relacionados|te puede interesar|también te puede interesar|lo más leído|lo más visto|
más noticias|lea también|lee también|comentarios|
articles liés|articles similaires|sur le même sujet|à lire aussi|lire aussi|à lire également|les plus lus|les plus lues|commentaires|
verwandte artikel|ähnliche artikel|mehr zum thema|das könnte sie auch interessieren|lesen sie auch|auch interessant|meistgelesen|kommentare|
articoli correlati|notizie correlate|leggi anche|potrebbe interessarti|potrebbe interessarti anche|commenti|
artigos relacionados|notícias relacionadas|leia também|veja também|mais lidas|comentários|
gerelateerde artikelen|lees ook|meer over dit onderwerp|meest gelezen|reacties|
powiązane artykuły|podobne artykuły|czytaj także|czytaj też|zobacz także|zobacz też|najczęściej czytane|komentarze|
читайте также|по теме|похожие статьи|материалы по теме|самое читаемое|комментарии|
ilgili haberler|benzer haberler|ayrıca okuyun|en çok okunanlar|yorumlar`)

// Below one of these at the end of a page stand keywords.
var tagHeadings = lineSet(`tags|keywords|topics|filed under|etiquetas|temas|mots-clés|schlagwörter|themen|tag|argomenti|palavras-chave|trefwoorden|tagi|теги|ключевые слова|etiketler|konular`)

// isTagHeading reports whether a line is the heading of a list of keywords.
func isTagHeading(text string) bool { return tagHeadings[bare(text)] }

func lineSet(list string) map[string]bool {
	m := map[string]bool{}
	for text := range strings.SplitSeq(strings.ReplaceAll(list, "\n", ""), "|") {
		m[text] = true
	}
	return m
}

// bare is a line in small letters without the signs around it.
func bare(text string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	})), "’", "'")
}

// isSection reports whether a line is the heading of a list of other
// articles.
func isSection(text string) bool { return sections[bare(text)] }

// maxFurniture is the length of the longest line of furniture, in characters.
const maxFurniture = 240

// isFurniture reports whether a line is what a web page says around an
// article. Within copy such a line is copy.
func isFurniture(text string) bool {
	if utf8.RuneCountInString(text) > maxFurniture {
		return false
	}
	if furniture[bare(text)] {
		return true
	}
	if mayBeFurniture(text) && slices.ContainsFunc(furniturePatterns, func(r *regexp.Regexp) bool { return r.MatchString(text) }) {
		return true
	}
	return len(text) < 60 && isTimeOnly(text) || isPublished(text)
}

// mayBeFurniture reports whether a line begins as one of the patterns does, or
// has one of their words in it. Most lines are copy, and need no closer look.
func mayBeFurniture(text string) bool {
	if strings.HasPrefix(text, "((") {
		return true
	}
	text = bare(text)
	if text == "" || unicode.IsDigit(rune(text[0])) {
		return true
	}
	return slices.ContainsFunc(within, func(w string) bool { return strings.Contains(text, w) }) ||
		slices.ContainsFunc(begins, func(w string) bool { return strings.HasPrefix(text, w) })
}

var (
	within = strings.Fields("cookie çerez куки newsletter")
	begins = strings.Split("home|front page|inicio|portada|accueil|start|início|capa|główna|strona|главная|ana|voorpagina|read|see|watch|also|related|more on|lea|lee|"+
		"leer|ver|te puede|à lire|lire|voir|lesen|mehr|siehe|leggi|vedi|leia|veja|saiba|lees|czytaj|zobacz|чита|смотрите|ayrıca|share|follow|file|ap |ap-|stock|cover|photo|"+
		"pic|image|credit|foto|bild|imagen|imagem|immagine|afbeelding|zdj|fot|фото|créd|beeld|getty|shutter|istock|archivo|epa|efe|afp|reuters|sign up|please|subscribe|"+
		"register|join|get |download|install|enter|your|suscr|recib|síg|sig|inscri|abon|recevez|suivez|melden|folgen|seguici|assine|cadastr|schrijf|meld|volg|zapisz|"+
		"subskr|подпи|bülten|bizi|facebook|twitter|x|whatsapp|linkedin|telegram|reddit|pint|instagram|youtube|tiktok|bluesky|threads|mastodon|messenger|viber|email|e-mail|"+
		"mail|print|vk|ok|flip|tumblr|copy|click|compart|partager|teilen|condividi|udostępnij|поделиться|paylaş|tweet|like|comment|view|coment|kommentare|commenti|reacties|"+
		"komentarze|коммент|просмотр|yorum|estimated|lesezeit|temps|durée|tiempo|tempo|leestijd|czas|время|okuma|end|fin|fim|einde|koniec|конец|nnnn|bc-|am-|pm-|us-|eu-|"+
		"as-|af-|ml-|ld|lead|from|to|cc|bcc|reply|sender|sent|subject|message-id|mime|content-t", "|")
)

var furniturePatterns = []*regexp.Regexp{
	// "Home / World / Asia", "Inicio » Mundo"
	regexp.MustCompile(`^(?i)(?:home|homepage|front page|inicio|portada|accueil|startseite|home page|início|capa|główna|strona główna|главная|ana ?sayfa|voorpagina)\s*[/>»›|→]`),
	// "Read more: …", in the languages of the lists above
	regexp.MustCompile(`^(?i)\W*(?:(?:read|see|watch) (?:more|also|next)|also (?:read|see)|related(?: (?:articles?|stor(?:y|ies)|news))?|more on this|lea también|lee también|le[ae] más|leer más|ver también|` +
		`te puede interesar|(?:à )?lire (?:aussi|également|la suite)|voir aussi|lesen sie auch|mehr (?:dazu|zum thema)|siehe auch|leggi anche|vedi anche|leia (?:também|mais)|veja também|saiba mais|` +
		`lees ook|lees meer|czytaj (?:także|też|więcej)|zobacz (?:także|też)|читайте также|читать также|смотрите также|ayrıca (?:okuyun|bakınız))\s?[:：|»>–—-] ?.*$`),
	// "12 shares", "Share 34", "1.2K views", "Comments (3)", "0 comments"
	regexp.MustCompile(`^(?i)\W*(?:[\d.,]+ ?[km]?\+? (?:shares?|views?|comments?|likes?|reads?|retweets?|reactions?|compartid[oa]s?|comentarios?|visitas?|partages?|commentaires?|vues?|kommentare?|aufrufe|` +
		`condivisioni|commenti|compartilhamentos|comentários|reacties|komentarz[ey]?|komentarzy|комментари\p{L}+|просмотр\p{L}*|yorum|paylaşım)|` +
		`(?:share|shares|tweet|like|likes|comments?|views?|facebook|twitter|whatsapp|linkedin|pinterest|comentarios|commentaires|kommentare|commenti|comentários|reacties|komentarze|комментарии|просмотров|yorum(?:lar)?):? ?\(?[\d.,]+ ?[km]?\)?)\W*$`),
	// "Share on: Facebook Twitter", "Facebook Twitter WhatsApp"
	regexp.MustCompile(`^(?i)\W*(?:(?:share|share this|share on|share via|follow us on|compartir en|compartir|partager sur|partager|teilen auf|condividi su|compartilhe no|udostępnij|поделиться|paylaş)[\W]*)?` +
		`(?:(?:facebook|twitter|x|linkedin|whatsapp|telegram|reddit|pinterest|instagram|youtube|tiktok|bluesky|threads|mastodon|messenger|viber|email|e-mail|mail|print|vk|ok|flipboard|tumblr|copy link)(?:\W+(?:and\W+)?|$)){2,}$`),
	regexp.MustCompile(`^(?i)\W*(?:share (?:this )?(?:on|via|with|article|story|post)\b|click to share\b|share:)[^.]{0,60}$`),
	// "3 min read", "Lesezeit: 3 Minuten"
	regexp.MustCompile(`^(?i)\W*(?:(?:estimated )?reading time|read(?:ing)? time|lesezeit|(?:temps|durée) de lecture|tiempo de lectura|tempo di lettura|tempo de leitura|leestijd|czas czytania|время чтения|okuma süresi)\W.{0,30}$|` +
		`^(?i)\W*(?:< ?)?\d{1,3} ?[- ]?(?:min\.?|mins?|minutes?|minutos?|minuten|minuti|minuut|minut|мин\.?|минут\p{L}?|dk\.?|dakika) ?(?:read|lesezeit|de lecture|de lectura|di lettura|de leitura|leestijd|czytania|чтения|okuma(?: süresi)?)\W*$`),
	// "This site uses cookies. …", "Accept all cookies"
	regexp.MustCompile(`^(?i)\W*(?:(?:we|this (?:web ?)?site|our (?:web ?)?site|our partners)(?: and our partners)? (?:use|uses|store)\b.{0,40}\bcookies\b|by (?:continuing|using|clicking|browsing)\b.{0,80}\bcookies?\b|` +
		`(?:accept|reject|manage|allow|decline)\b.{0,20}\bcookies\b|cookies?\W*(?:settings|policy|preferences|consent|notice|einstellungen)?\W*$|(?:este sitio|esta web|utilizamos|usamos|este site)\b.{0,40}\bcookies\b|` +
		`(?:ce site|nous utilisons|en poursuivant)\b.{0,80}\bcookies\b|(?:diese (?:web)?seite|wir) (?:verwende[nt]|nutz(?:t|en))\b.{0,40}\bcookies\b|(?:questo sito|utilizziamo)\b.{0,40}\bcookie\b|` +
		`(?:deze (?:web)?site|wij|we) gebruik(?:t|en)\b.{0,40}\bcookies\b|(?:ta strona|używamy|korzystamy z)\b.{0,40}\bcookies?\b|(?:этот сайт|мы) использу\p{L}+.{0,40}(?:cookie|куки)|.{0,60}çerez(?:ler)? kullan)`),
	// "Photo: A. One", "FILE PHOTO: …", "Foto: dpa"
	regexp.MustCompile(`^(?i)\W*(?:(?:file |ap |stock |cover )?(?:photo(?:graph)?|picture|image|pic)s?(?: credits?| by| courtesy(?: of)?)?|photo(?:graph)?(?:s|ed)? by|credits?|foto(?:graf[íi]a)?s?|bild|imagen|imagem|immagine|afbeelding|zdjęcie|zdj|fot|фото|fotoğraf|` +
		`crédito(?:s)?|crédit(?:s)?(?: photo)?|photo d'archives|bildnachweis|beeld)(?:\s?[:：©|/]|\. )\s?.{0,200}$|^(?i)\W*(?:photo(?:graph)?s?|picture|image|foto|fotos)(?: by|de| von| di) \p{L}.{0,60}$|` +
		`^(?:AP Photo|Getty Images|Shutterstock|iStock|Archivo EFE)(?: ?/ ?[^.]{0,80}| via [^.]{0,60})?$|^(?-i:EPA-EFE|EPA|EFE|AFP|REUTERS|Reuters)(?: ?/ ?(?-i:\p{Lu})[^.]{1,80}| via [^.]{0,60}| Photo| FILE)$`),
	// "Sign up for our newsletter", "Suscríbase al boletín"
	regexp.MustCompile(`^(?i)\W*(?:(?:please )?(?:sign up|subscribe|register|join)(?: now| here| today| free)? (?:for|to|our)\b.{0,120}|get (?:the|our|all the)\b.{0,80}\b(?:newsletter|inbox|app|alerts?)\b.{0,60}|` +
		`(?:download|install) (?:the|our)\b.{0,30}\bapp\b.{0,60}|follow (?:us|our|@).{0,80}|.{0,60}\b(?:free|daily|weekly|our) newsletters?\b.{0,60}|enter your e-?mail.{0,60}|your e-?mail address.{0,40}|` +
		`suscr[íi]b[ae](?:se|te)\b.{0,120}|recib[ae]\b.{0,60}\b(?:bolet[íi]n|newsletter|correo).{0,40}|s[íi]gu[ea](?:nos|nos en)\b.{0,80}|` +
		`(?:inscrivez|abonnez)-vous\b.{0,120}|recevez\b.{0,60}\bnewsletter.{0,40}|suivez-nous\b.{0,80}|(?:abonnieren|melden) sie\b.{0,120}|folgen sie uns\b.{0,80}|newsletter\b.{0,60}\b(?:abonnieren|anmelden|bestellen).{0,20}|` +
		`iscriviti\b.{0,120}|seguici\b.{0,80}|(?:assine|inscreva-se|cadastre-se)\b.{0,120}|siga-nos\b.{0,80}|(?:schrijf je in|meld je aan|abonneer)\b.{0,120}|volg ons\b.{0,80}|` +
		`(?:zapisz się|subskrybuj)\b.{0,120}|подпи(?:шитесь|сывайтесь).{0,120}|(?:bültenimize|bizi takip).{0,80})$`),
	// "From: desk@example.com", "Subject: Ferry"
	regexp.MustCompile(`^(?i)(?:(?:from|to|cc|bcc|reply-to|sender): .*@.*|(?:sent|subject|message-id|mime-version|content-type|content-transfer-encoding|x-[a-z-]+): .+)$`),
	// "((ana@example.com; +1 555 0100))", whom editors may ask
	regexp.MustCompile(`^\(\(.+\)\)[;.]?$`),
	// Marks of the end, of the wire, and of its words
	regexp.MustCompile(`^(?i)\W*(?:-+ ?30 ?-+|-+ ?(?:ends?|0) ?-+|ends|\(end\)|\(ends\)|\(fin\)|\(fim\)|\(ende\)|\(fine\)|\(einde\)|\(koniec\)|\(конец\)|nnnn|enditem|end of story|#+|_{2,}|\*+(?: \*+)*|-{2,}|=+|\(?\d{1,5} words\)?)\W*$|^[#_*=~·•—–-]{1,80}$`),
	regexp.MustCompile(`^(?:BC|AM|PM|US|EU|AS|AF|ML)-[\w'’-]+(?:[-, ]+(?:\d+(?:st|nd|rd|th) (?:Ld|LD|Lead|NewsAlert)(?:-?(?:Writethru|WRITETHRU|Writethrough))?|Writethru|[\w'’]+)){0,4}\s?(?:/\d+)?$`),
	regexp.MustCompile(`^(?:[A-Z]{2,4}-)+\d\d-\d\d-\d\d \d{4}(?:GMT|EST|EDT)<?$|^(?:\d+(?:st|nd|rd|th) )?(?:Ld|LD|Lead)(?:-?(?:Writethru|WRITETHRU|Writethrough))?$`),
}

// isTimeOnly reports whether a line is a day and perhaps a time, as pages have
// it: "10 Jan 2026 | 12:31". A day alone may be a subheading.
func isTimeOnly(text string) bool {
	rest := clockOnly.ReplaceAllString(text, "")
	if rest == text {
		return false
	}
	_, ok := dayOf(strings.Trim(rest, " |,-–—·•"))
	return ok
}

var clockOnly = regexp.MustCompile(`(?i)[ |,·•–—-]*\b(?:at|à|a las|um|às|alle|om|o|в)?\s?\d{1,2}(?:[:.h]\d{2}){1,2} ?(?:am|pm|uhr|hs|hrs|h)?\.? ?(?:gmt|utc|cet|cest|est|edt|bst|ist|\(?[A-Z]{2,4}\)?)?$`)

// isPublished reports whether a line says when a page was published or
// updated: "Published: 10 Jan 2026 | 12:31", "Publié le 10/01/2026 à 12h31".
func isPublished(text string) bool {
	if len(text) > 160 || !strings.ContainsAny(text, "0123456789") {
		return false
	}
	m := publishedLine.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	words := strings.FieldsFunc(m[1], func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune(",:|–—", r) })
	if len(words) > 12 || len(words) > 5 && endsSentence(text) {
		return false
	}
	for i := range words {
		for end := i + 1; end <= min(len(words), i+5); end++ {
			day := strings.Join(words[i:end], " ")
			if _, ok := dayOf(day); ok || slashDay.MatchString(day) {
				return true
			}
		}
	}
	return someTime.MatchString(m[1]) && len(words) <= 5
}

var (
	someTime      = regexp.MustCompile(`\d{1,2}[:.h]\d{2}|\bago\b`)
	publishedLine = regexp.MustCompile(`^(?i)\W*(?:first |date )?(?:published|publication date|posted|updated|last (?:updated|modified|update)|modified|created|date|publicado|publicada|actualizado|actualizada|última actualización|fecha|` +
		`publié|mis à jour|modifié|veröffentlicht|aktualisiert|stand|erschienen|pubblicato|pubblicata|aggiornato|aggiornata|ultimo aggiornamento|atualizado|atualizada|data|gepubliceerd|bijgewerkt|laatst bijgewerkt|` +
		`opublikowano|aktualizacja|data publikacji|опубликовано|обновлено|дата|yayınlanma(?: tarihi)?|yayın tarihi|güncelleme|güncellenme(?: tarihi)?|son güncelleme)` +
		`(?:[^\p{L}](.*))?$`)
)
